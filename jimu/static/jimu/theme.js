// Runs before the page is drawn, so that a dark screen never flashes white.
const theme = localStorage.getItem('theme');
if (theme) document.documentElement.dataset.theme = theme;
