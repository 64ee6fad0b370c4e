// The shell: theme, refusals as notices, focus after a swap, confirmation of what hurts.

const root = document.documentElement;

function themed(choice) {
  if (choice) root.dataset.theme = choice;
  else delete root.dataset.theme;
  for (const button of document.querySelectorAll('[data-theme-choice]')) {
    button.setAttribute('aria-pressed', String(button.dataset.themeChoice === (choice ?? '')));
  }
}

themed(localStorage.getItem('theme'));

document.addEventListener('click', (event) => {
  const theme = event.target.closest('[data-theme-choice]');
  if (theme) {
    const choice = theme.dataset.themeChoice;
    if (choice) localStorage.setItem('theme', choice);
    else localStorage.removeItem('theme');
    themed(choice || null);
  }
  const print = event.target.closest('[data-print]');
  if (print) window.print();
  const close = event.target.closest('[data-close]');
  if (close) {
    const panel = document.querySelector(close.dataset.close);
    if (panel) panel.hidden = true;
  }
});

// On a phone five entries of the menu are in reach; the others open from the last.
const menu = document.getElementById('shell-menu');
const more = menu?.querySelector('.shell-more');
const items = menu ? [...menu.querySelectorAll('.shell-item')] : [];
if (more && items.length > 5) {
  const button = more.querySelector('button');
  const open = (wanted) => {
    menu.classList.toggle('open', wanted);
    button.setAttribute('aria-expanded', String(wanted));
  };
  more.hidden = false;
  menu.classList.add('folded');
  items.slice(4).forEach((item) => item.classList.add('beyond'));
  more.classList.toggle('here', items.indexOf(menu.querySelector('[aria-current]')?.closest('li')) > 3);
  button.addEventListener('click', () => open(!menu.classList.contains('open')));
  document.addEventListener('click', (event) => menu.contains(event.target) || open(false));
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !menu.classList.contains('open')) return;
    open(false);
    button.focus();
  });
}

// A long menu has headings that fold their entries away, and the browser remembers which. What is folded at first depends on
// the reader (core.shell); where one is stays open.
const foldings = JSON.parse(localStorage.getItem('menu') ?? '{}');
for (const heading of menu?.querySelectorAll('[data-group]') ?? []) {
  const { group } = heading.dataset;
  const members = items.filter((item) => item.dataset.of === group);
  const show = (wanted) => {
    heading.setAttribute('aria-expanded', String(wanted));
    members.forEach((item) => item.classList.toggle('away', !wanted));
  };
  const here = members.some((item) => item.querySelector('[aria-current]'));
  show(here || (foldings[group] ?? !('folded' in heading.dataset)));
  heading.addEventListener('click', () => {
    foldings[group] = heading.getAttribute('aria-expanded') !== 'true';
    localStorage.setItem('menu', JSON.stringify(foldings));
    show(foldings[group]);
  });
}

// A form that hurts says so first: <form data-confirm="…">.
document.addEventListener('submit', (event) => {
  const words = event.target.dataset?.confirm;
  if (words && !window.confirm(words)) event.preventDefault();
});

// A refusal carries a sentence; htmx would drop it because of its status.
document.body.addEventListener('htmx:beforeSwap', (event) => {
  const { xhr } = event.detail;
  if (xhr.status >= 400 && xhr.getResponseHeader('HX-Retarget')) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

document.body.addEventListener('htmx:sendError', () => {
  const notices = document.getElementById('notices');
  notices.textContent = notices.dataset.offline;
  notices.className = 'notice bad';
});
