// Runs before the first paint: which colour scheme the reader chose, or else the one that their device prefers.
(() => {
  let chosen = 'auto';
  try {
    chosen = localStorage.getItem('belfry.scheme') ?? 'auto';
  } catch {
    // Storage is off: the device decides.
  }
  const dark =
    chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
