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
