// Pages of screening: clocks of tubes count down by themselves, a round refreshes when something happened.
import { listen } from '../core/live.js';

function tick() {
  for (const clock of document.querySelectorAll('[data-until]')) {
    const left = Math.floor((new Date(clock.dataset.until) - Date.now()) / 60000);
    clock.textContent = (left < 0 ? clock.dataset.over : clock.dataset.left).replace('{n}', Math.abs(left));
    if (left < 0) clock.className = 'chip bad tube-clock';
  }
}

tick();
setInterval(tick, 10000);
document.body.addEventListener('htmx:afterSwap', tick);

const live = document.querySelector('[data-topic]');
if (live) {
  let last = 0;
  let owed = 0;
  // Scans come many a second: the page is drawn anew every five seconds at most.
  const changed = () => {
    clearTimeout(owed);
    const wait = Math.max(0, last + 5000 - Date.now());
    owed = setTimeout(() => { last = Date.now(); document.body.dispatchEvent(new Event('screening-changed')); }, wait);
  };
  listen({ topics: [live.dataset.topic], known: { [live.dataset.topic]: live.dataset.version }, changed });
  // Waits and clocks go on although nothing happens.
  setInterval(changed, 60000);
}
