// Pages of the relay: live refresh, which never takes a half-written sentence away.
import { listen } from '../core/live.js';

const live = document.querySelector('[data-topic]');
if (live) {
  listen({
    topics: [live.dataset.topic],
    known: { [live.dataset.topic]: live.dataset.version },
    changed: () => {
      const writing = live.querySelector('input:focus, textarea:focus, select:focus');
      const begun = [...live.querySelectorAll('input[name="text"], input[name="sentence"]')].some((field) => field.value);
      if (!writing && !begun) document.body.dispatchEvent(new Event('relay-changed'));
    },
  });
}
