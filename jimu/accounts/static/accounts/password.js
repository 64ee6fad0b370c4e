// A button beside a password that shows what was typed: many tries fail for a slip of a thumb.

for (const button of document.querySelectorAll('[data-shows]')) {
  const field = document.getElementById(button.dataset.shows);
  button.hidden = false;
  button.addEventListener('click', () => {
    const shown = field.type === 'password';
    field.type = shown ? 'text' : 'password';
    button.setAttribute('aria-pressed', String(shown));
    field.focus();
  });
  // Browsers remember what was typed into a text field.
  field.form.addEventListener('submit', () => { field.type = 'password'; });
}
