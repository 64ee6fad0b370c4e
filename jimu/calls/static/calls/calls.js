// Pages of calls: live refresh, which never closes what somebody has opened or half written.
import { listen } from '../core/live.js';

const live = document.querySelector('[data-topic]');
if (live) {
  const changed = () => {
    const busy = live.querySelector('details[open], input:focus, select:focus') || [...live.querySelectorAll('input[name="note"]')].some((field) => field.value);
    if (busy) return;
    if (live.id === 'call') document.body.dispatchEvent(new Event('call-changed'));
    else window.location.reload();
  };
  listen({ topics: [live.dataset.topic], known: { [live.dataset.topic]: live.dataset.version }, changed });
  // The minutes to the next wave go by although nothing happens.
  if (live.id === 'call') setInterval(changed, 20_000);
}
