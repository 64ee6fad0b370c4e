// An order's page: refreshes when its topic rises, and says the new count aloud.

import { listen } from '../core/live.js';

const place = document.getElementById('order-live');
const said = document.getElementById('order-said');

function words() {
  const number = place.querySelector('[data-said]');
  return number ? `${number.dataset.said} ${number.textContent}` : '';
}

let spoken = words();

// Many answers in one second are drawn once: the last of them is never left out.
let running = false;
let again = false;

function refresh() {
  if (running) {
    again = true;
    return;
  }
  running = true;
  place.dispatchEvent(new CustomEvent('order-changed'));
}

place.addEventListener('htmx:afterRequest', () => {
  running = false;
  if (words() !== spoken) said.textContent = words();
  spoken = words();
  if (again) {
    again = false;
    refresh();
  }
});

listen({ topics: [place.dataset.order], known: { [place.dataset.order]: place.dataset.version }, changed: refresh });
