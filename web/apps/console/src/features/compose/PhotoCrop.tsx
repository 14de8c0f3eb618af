/** Cutting the photo: drag, arrow keys, a slider for the zoom; the result goes to the server. */

import { Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { ZoomIn } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Busy } from '../../components/Busy';
import { useProblemText } from '../../components/problem-text';
import { type Crop, fitted, moved, type Size, squareOf, WHOLE, ZOOM_MOST } from './crop';
import classes from './PhotoCrop.module.css';
import { uploadPhoto } from './queries';

const FRAME = 280;
const SIDE = 512;
const STEP = 12;

export default function PhotoCrop({
  file,
  done,
}: {
  file: File;
  /** Id of the photo; null where nothing was chosen. */
  done: (id: string | null) => void;
}) {
  const { t } = useTranslation();
  const ws = useWorkspace().id;
  const say = useProblemText();
  const image = useRef<HTMLImageElement>(null);
  const [url, setUrl] = useState('');
  const [size, setSize] = useState<Size | null>(null);
  const [broken, setBroken] = useState(false);
  const [crop, setCrop] = useState<Crop>(WHOLE);
  useEffect(() => {
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  const upload = useMutation({
    mutationFn: async () => {
      if (!image.current || !size) throw new Error('there is no picture');
      return uploadPhoto(ws, await cut(image.current, size, crop));
    },
    onSuccess: ({ id }) => done(id),
  });
  const by = (dx: number, dy: number) => size && setCrop(moved(size, crop, dx, dy, FRAME));
  const onKey = (event: KeyboardEvent) => {
    const step = {
      ArrowLeft: [STEP, 0],
      ArrowRight: [-STEP, 0],
      ArrowUp: [0, STEP],
      ArrowDown: [0, -STEP],
    }[event.key];
    if (!step) return;
    event.preventDefault();
    by(step[0] ?? 0, step[1] ?? 0);
  };
  const onMove = (event: PointerEvent<HTMLElement>) => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) by(event.movementX, event.movementY);
  };
  return (
    <Modal
      opened
      onClose={() => done(null)}
      title={t('compose.crop_title')}
      size="sm"
      closeButtonProps={{ 'aria-label': t('dialog.close') }}
    >
      <Stack gap="md" align="center">
        {/* biome-ignore lint/a11y/useSemanticElements: a picture that is moved has no element of its own. */}
        <div
          className={classes.frame}
          role="group"
          aria-label={t('compose.crop_move')}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move it.
          tabIndex={0}
          data-autofocus
          onKeyDown={onKey}
          onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
          onPointerMove={onMove}
        >
          {url && (
            <img
              ref={image}
              src={url}
              alt=""
              draggable={false}
              style={size ? placed(size, crop) : { visibility: 'hidden' }}
              onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
                setSize({ width: naturalWidth, height: naturalHeight })
              }
              onError={() => setBroken(true)}
            />
          )}
        </div>
        <label className={classes.zoom}>
          <ZoomIn size={16} aria-hidden />
          <span className="sr">{t('compose.crop_zoom')}</span>
          <input
            type="range"
            min={1}
            max={ZOOM_MOST}
            step={0.05}
            value={crop.zoom}
            onChange={(event) =>
              size && setCrop(fitted(size, { ...crop, zoom: Number(event.currentTarget.value) }))
            }
          />
        </label>
        <Text size="xs" c="dimmed" ta="center">
          {t('compose.crop_hint')}
        </Text>
        {(broken || upload.isError) && (
          <Text size="sm" c="var(--b-danger)" role="alert">
            {broken ? t('compose.photo_broken') : say(upload.error).text}
          </Text>
        )}
      </Stack>
      <Group justify="flex-end" mt="lg" gap="xs">
        <Busy busy={false} variant="default" onClick={() => done(null)}>
          {t('compose.cancel')}
        </Busy>
        <Busy busy={upload.isPending || !size} onClick={() => upload.mutate()}>
          {t('compose.crop_use')}
        </Busy>
      </Group>
    </Modal>
  );
}

function placed(size: Size, crop: Crop) {
  const { x, y, side } = squareOf(size, crop);
  const scale = FRAME / side;
  return {
    width: size.width * scale,
    height: size.height * scale,
    transform: `translate(${-x * scale}px, ${-y * scale}px)`,
  };
}

/** WebP where the browser can, else PNG: both keep transparency, and neither keeps where it was taken. */
async function cut(image: HTMLImageElement, size: Size, crop: Crop): Promise<Blob> {
  const { x, y, side } = squareOf(size, crop);
  const out = Math.min(SIDE, Math.max(1, Math.round(side)));
  const canvas = document.createElement('canvas');
  canvas.width = out;
  canvas.height = out;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this browser draws no pictures');
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, x, y, side, side, 0, 0, out, out);
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('the picture cannot be written'))),
      'image/webp',
      0.92,
    );
  });
}
