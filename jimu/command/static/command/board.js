// The board: refreshes when its topic rises, keeps the clock, opens a neighborhood's drawer.

import { listen } from '../core/live.js';

const frame = document.querySelector('[data-board]');
const board = document.getElementById('board');
const drawer = document.getElementById('drawer');
const link = document.getElementById('board-link');
const htmx = window.htmx;

// Live state --------------------------------------------------------------------------------------------------

const RETRY = 3000;
const refresh = () => document.body.dispatchEvent(new CustomEvent('board-changed'));

let line = '';
let answered = true;
let shownState = '';

// Both must stand: the line that tells of changes, and the answers that bring them.
function showState() {
  const state = line === 'live' && !answered ? 'lost' : line;
  if (state === shownState) return;
  shownState = state;
  link.dataset.state = state;
  frame.classList.toggle('is-stale', state === 'lost');
  const since = state === 'lost' ? ` · ${link.dataset.since} ${clock.format(readAt)}` : '';
  link.querySelector('[data-link-text]').textContent = link.dataset[state] + since;
}

function lineIs(state) {
  line = state;
  showState();
}

board.addEventListener('htmx:afterRequest', (event) => {
  if (event.detail.elt !== board) return;
  answered = event.detail.successful;
  showState();
  if (!answered) setTimeout(refresh, RETRY);
});

// What changed lights up once, so that an eye that was elsewhere finds it ---------------------------------------

const values = (root) =>
  new Map(
    [...root.querySelectorAll('[data-value]')].map((element) => [
      `${element.closest('[data-unit]')?.dataset.unit ?? ''}:${element.dataset.value}`,
      element,
    ]),
  );

let before = new Map([...values(board)].map(([key, element]) => [key, element.textContent]));

new MutationObserver(() => {
  const now = values(board);
  for (const [key, element] of now) {
    if (before.has(key) && before.get(key) !== element.textContent) element.classList.add('has-changed');
  }
  before = new Map([...now].map(([key, element]) => [key, element.textContent]));
  readServerTime();
  tick();
  markOpened();
  say();
}).observe(board, { childList: true });

// Clock and countdown, by the server's time ---------------------------------------------------------------------

let ahead = 0;
let readAt = Date.now();

function readServerTime() {
  const at = board.querySelector('[data-now]')?.dataset.now;
  if (at) {
    readAt = Date.parse(at);
    ahead = readAt - Date.now();
  }
}

const two = (n) => String(n).padStart(2, '0');
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Shanghai' });

function tick() {
  const now = Date.now() + ahead;
  for (const element of board.querySelectorAll('[data-clock]')) element.textContent = clock.format(now);
  for (const element of board.querySelectorAll('[data-until]')) {
    const minutes = Math.max(0, Math.ceil((Date.parse(element.dataset.until) - now) / 60000));
    element.textContent = `${Math.floor(minutes / 60)}:${two(minutes % 60)}`;
  }
}

readServerTime();
tick();
setInterval(tick, 1000);

// Said aloud when it changes: how many seats stand empty, and where it is grave ----------------------------------

const said = document.getElementById('board-said');
const words = () =>
  [...board.querySelectorAll('.head-gauge .gauge, .head-status li')]
    .map((element) => element.getAttribute('aria-label') ?? element.textContent.trim().replace(/\s+/g, ' '))
    .join('，');

let spoken = words();

function say() {
  const now = words();
  if (now !== spoken) said.textContent = now;
  spoken = now;
}

// The drawer ----------------------------------------------------------------------------------------------------

let opener = null;

function markOpened() {
  const unit = drawer.querySelector('[data-drawer]')?.dataset.drawer;
  for (const tile of board.querySelectorAll('.tile')) tile.classList.toggle('is-opened', tile.dataset.unit === unit);
}

async function openDrawer(target) {
  opener = target.id;
  await htmx.ajax('GET', `unit/${target.dataset.unit}/`, { target: '#drawer', swap: 'innerHTML' });
  drawer.hidden = false;
  drawer.querySelector('[data-drawer-title]')?.focus();
  history.replaceState(null, '', `?unit=${target.dataset.unit}`);
  markOpened();
}

function closeDrawer() {
  drawer.hidden = true;
  drawer.replaceChildren();
  history.replaceState(null, '', location.pathname);
  markOpened();
  if (opener) document.getElementById(opener)?.focus();
}

document.addEventListener('click', (event) => {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
  const target = event.target.closest('[data-unit]');
  if (target && board.contains(target) && !document.documentElement.classList.contains('is-wall')) {
    event.preventDefault();
    openDrawer(target);
  } else if (event.target.closest('[data-close-unit]')) {
    event.preventDefault();
    closeDrawer();
  }
});

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !drawer.hidden) closeDrawer();
});

markOpened();

listen({
  topics: ['board'],
  known: { board: frame.dataset.version },
  changed: refresh,
  state: lineIs,
});
