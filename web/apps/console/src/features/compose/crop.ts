/** Cutting a square out of a picture. Owns the geometry and reading the size from a file's header. Pure. */

export interface Size {
  width: number;
  height: number;
}

/** Where the middle of the square lies in the picture (0 to 1 on both axes), and how far it is zoomed in (1 is all). */
export interface Crop {
  x: number;
  y: number;
  zoom: number;
}

export const WHOLE: Crop = { x: 0.5, y: 0.5, zoom: 1 };
export const ZOOM_MOST = 5;
/** As the server has it. */
export const PIXELS_MOST = 40_000_000;

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

/** The square in the picture's own pixels. */
export function squareOf({ width, height }: Size, crop: Crop): { x: number; y: number; side: number } {
  const side = Math.min(width, height) / crop.zoom;
  return {
    side,
    x: clamp(crop.x * width - side / 2, 0, width - side),
    y: clamp(crop.y * height - side / 2, 0, height - side),
  };
}

/** The same crop with its middle where the square really is: what is beyond the edge is not remembered. */
export function fitted(size: Size, crop: Crop): Crop {
  const zoom = clamp(crop.zoom, 1, ZOOM_MOST);
  const { x, y, side } = squareOf(size, { ...crop, zoom });
  return { zoom, x: (x + side / 2) / size.width, y: (y + side / 2) / size.height };
}

/** Dragged by so many pixels of a frame that is `frame` wide: the picture follows the finger. */
export function moved(size: Size, crop: Crop, dx: number, dy: number, frame: number): Crop {
  const { side } = squareOf(size, crop);
  const scale = side / frame;
  return fitted(size, {
    ...crop,
    x: crop.x - (dx * scale) / size.width,
    y: crop.y - (dy * scale) / size.height,
  });
}

/** Size by the header of a PNG, JPEG or WebP, before anything is decoded; undefined for what is none of them. */
export function sizeOf(bytes: Uint8Array): Size | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.length >= 24 && view.getUint32(0) === 0x89504e47 && word(12) === 'IHDR') {
    return { width: view.getUint32(16), height: view.getUint32(20) };
  }
  if (bytes.length >= 30 && word(0) === 'RIFF' && word(8) === 'WEBP') return webpSize(view, word(12));
  if (bytes.length >= 4 && view.getUint16(0) === 0xffd8) return jpegSize(view);
  return undefined;
}

function webpSize(view: DataView, chunk: string): Size | undefined {
  if (chunk === 'VP8 ') {
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  }
  if (chunk === 'VP8L') {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (chunk !== 'VP8X') return undefined;
  const three = (at: number): number => (view.getUint16(at, true) | (view.getUint8(at + 2) << 16)) + 1;
  return { width: three(24), height: three(27) };
}

/** Walks the segments to the frame header (SOF), which may come after a large profile. */
function jpegSize(view: DataView): Size | undefined {
  let at = 2;
  while (at + 9 < view.byteLength) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    }
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}
