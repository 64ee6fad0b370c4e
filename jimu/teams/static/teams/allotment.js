// The number beside a slider follows it.
document.addEventListener('input', (event) => {
  if (event.target.type !== 'range') return;
  const shown = document.querySelector(`output[for="${event.target.id}"]`);
  if (shown) shown.textContent = event.target.value;
});
