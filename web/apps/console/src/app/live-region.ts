/** Says things to screen readers that only eyes would notice: a count that changed, a toast, a page that came. */

let region: HTMLElement | undefined;

/** Politely, after what is being read. The same text twice is said twice. */
export function announce(text: string): void {
  if (!region) {
    region = document.createElement('div');
    region.className = 'sr';
    region.setAttribute('role', 'status');
    (document.getElementById('overlays') ?? document.body).append(region);
  }
  const line = document.createElement('p');
  line.textContent = text;
  region.replaceChildren(line);
}
