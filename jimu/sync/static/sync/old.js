// Runs before the app, in browsers however old: nothing here is newer than 2011. It says in words what would else be an empty page.
(function () {
  var shown = false;

  function tell(name) {
    // The app looks at this before it begins.
    document.documentElement.setAttribute('data-stop', name);
    function now() {
      if (shown) return;
      var main = document.getElementById('main');
      var said = document.createElement('p');
      shown = true;
      said.className = 'notice bad';
      said.appendChild(document.createTextNode(JSON.parse(document.getElementById('words').innerHTML)[name]));
      while (main.firstChild) main.removeChild(main.firstChild);
      main.appendChild(said);
    }
    if (document.getElementById('main')) now(); else document.addEventListener('DOMContentLoaded', now);
  }

  function able() {
    var w = window;
    return w.indexedDB && w.Promise && w.fetch && w.AbortController && w.ReadableStream && w.TextDecoder && w.BigInt && w.createImageBitmap && w.crypto && w.crypto.getRandomValues
      && 'noModule' in document.createElement('script') && String.prototype.replaceAll && Element.prototype.replaceChildren;
  }

  if (!window.reportError) window.reportError = function (error) { if (window.console) console.error(error); };
  if (!able()) { tell('old'); return; }
  window.addEventListener('error', function (event) {
    var from = event.target;
    if (from && from.tagName === 'SCRIPT') tell('not_whole');
    else if (event.message && /SyntaxError/.test(event.message)) tell('old');
  }, true);
}());
