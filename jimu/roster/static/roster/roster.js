// Pages of rosters: the drawer, lazy details, jumping between neighborhoods, live refresh.
import { listen } from '../core/live.js';

const drawer = document.getElementById('drawer');
const slides = drawer?.classList.contains('drawer') ?? false;
let opener = null;

document.addEventListener('click', (event) => {
  const link = event.target.closest('[hx-target="#drawer"]');
  if (link && !drawer?.contains(link)) opener = link;
});

document.body.addEventListener('htmx:afterSwap', (event) => {
  if (event.detail.target !== drawer) return;
  drawer.hidden = false;
  drawer.querySelector('#drawer-title')?.focus();
});

// A table that is drawn again keeps its place and the reader's focus.
let kept = null;
document.body.addEventListener('htmx:beforeSwap', ({ detail: { target } }) => {
  const scroll = target.querySelector?.('.roster-scroll');
  const focused = target.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
  kept = scroll && target !== drawer ? { left: scroll.scrollLeft, top: scroll.scrollTop, focused } : null;
});
document.body.addEventListener('htmx:afterSwap', ({ detail: { target } }) => {
  const scroll = kept && target !== drawer && target.querySelector('.roster-scroll');
  if (!scroll) return;
  if (kept.focused) target.querySelector(`a[href="${kept.focused}"]`)?.focus({ preventScroll: true });
  scroll.scrollTo(kept.left, kept.top);
});

function close() {
  if (!slides || drawer.hidden) return;
  drawer.hidden = true;
  // The cell may have been drawn again meanwhile: find it by its address.
  const again = opener && document.querySelector(`a[href="${opener.getAttribute('href')}"]`);
  (again ?? document.getElementById('main')).focus();
}

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') close();
});
drawer?.addEventListener('click', (event) => {
  if (event.target.closest('[data-close]')) queueMicrotask(() => { drawer.hidden = false; close(); });
});

// Arrow keys walk the matrix from cell to cell.
const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
document.addEventListener('keydown', (event) => {
  const step = steps[event.key];
  const cell = step && event.target.closest?.('.roster-cell')?.parentElement;
  if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const [down, right] = step;
  let row = cell.parentElement, column = cell.cellIndex;
  do {
    row = down > 0 ? row.nextElementSibling : down < 0 ? row.previousElementSibling : row;
    column += right;
    const next = row?.cells[column]?.querySelector('.roster-cell');
    if (next) { next.focus(); return; }
  } while (row && column > 0 && column < row.cells.length);
});

// Details ask the server once, when they are opened.
document.addEventListener('toggle', (event) => {
  if (event.target.matches?.('details[data-load]') && event.target.open) event.target.dispatchEvent(new Event('opened'));
}, true);

document.querySelector('[data-jump]')?.addEventListener('change', (event) => {
  window.location.assign(event.target.value + window.location.search);
});

const shown = document.querySelector('[data-topic]');
if (shown) {
  const { topic, version } = shown.dataset;
  listen({ topics: [topic], known: { [topic]: version }, changed: () => document.body.dispatchEvent(new Event('roster-changed')) });
}
