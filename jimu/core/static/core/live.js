// Listens to the topics of a page. `known` holds the versions the page was drawn with, so that a change made
// between drawing and listening, or while the line was cut, is noticed as soon as it stands (again).

const SILENCE = 40000; // the server speaks at least every 15 s

export function listen({ topics, known = {}, changed, state = () => {} }) {
  const versions = new Map(Object.entries(known).map(([topic, version]) => [topic, Number(version)]));
  const address = '/live?' + new URLSearchParams(topics.map((topic) => ['topic', topic]));
  let source = null;
  let watchdog = 0;

  function heard() {
    clearTimeout(watchdog);
    watchdog = setTimeout(open, SILENCE);
    state('live');
  }

  function open() {
    source?.close();
    source = new EventSource(address);
    source.addEventListener('open', heard);
    source.addEventListener('pulse', (event) => {
      heard();
      const { topic, version } = JSON.parse(event.data);
      if (versions.get(topic) === version) return;
      versions.set(topic, version);
      changed(topic, version);
    });
    source.addEventListener('error', () => {
      state('lost');
      // A refused connection is not retried by the browser; a cut one is.
      if (source.readyState === EventSource.CLOSED) {
        clearTimeout(watchdog);
        watchdog = setTimeout(open, 5000);
      }
    });
  }

  open();
  // A page that a phone or laptop put to sleep comes back with a dead line.
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && source.readyState !== EventSource.OPEN) open();
  });
  window.addEventListener('pagehide', () => source?.close());
  window.addEventListener('pageshow', (event) => event.persisted && open());
}
