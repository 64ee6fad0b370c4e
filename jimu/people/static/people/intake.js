// The intake's form: files may be dropped on it, and it says what was chosen. Without this the button works all the same.

const form = document.querySelector('[data-intake]');
const drop = form.querySelector('.intake-drop');
const input = form.querySelector('input[type="file"]');
const chosen = form.querySelector('[data-chosen]');

function size(bytes) {
  return bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

function show() {
  chosen.replaceChildren(...[...input.files].map((file) => {
    const row = document.createElement('li');
    const name = document.createElement('span');
    const bytes = document.createElement('span');
    name.textContent = file.name;
    bytes.textContent = size(file.size);
    bytes.className = 'muted number';
    row.append(name, bytes);
    return row;
  }));
}

input.addEventListener('change', show);

for (const name of ['dragenter', 'dragover']) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.dataset.over = '';
  });
}
for (const name of ['dragleave', 'drop']) {
  drop.addEventListener(name, () => delete drop.dataset.over);
}
drop.addEventListener('drop', (event) => {
  event.preventDefault();
  // Files dropped one after another are gathered.
  const gathered = new DataTransfer();
  for (const file of [...input.files, ...event.dataTransfer.files]) gathered.items.add(file);
  input.files = gathered.files;
  show();
});
