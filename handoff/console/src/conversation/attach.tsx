import { useState } from 'react';
import { FileTrigger } from 'react-aria-components';
import { useQueryClient } from '@tanstack/react-query';
import { api, NoAnswer, Problem } from '../api/client';
import { keys } from '../api/keys';
import type { Ulid } from '../api/types';
import { useWords } from '../messages/catalogue';
import { Button } from '../ui/button';
import { useSay } from '../ui/toast';
import { Attempt } from './attempt';
import { wordsFor } from './use-change';

const longestSidePx = 1600;
const fileMegabytesMax = 10; // server/api/media.h, sent_file_bytes_max
const pictureBytesMax = 1_000_000; // what LINE takes as its own preview
const qualities = [0.85, 0.7, 0.5, 0.3];

const asJpeg = (canvas: HTMLCanvasElement, quality: number) =>
  new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', quality));

/** The picture small enough for LINE, drawn anew: where and with what it was taken does not go along. */
async function fitting(file: File): Promise<Blob> {
  if (!file.type.startsWith('image/')) return file;
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, longestSidePx / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const paper = canvas.getContext('2d');
  if (!paper) throw new Error('no canvas');
  paper.fillStyle = '#fff';
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
  for (const quality of qualities) {
    const jpeg = await asJpeg(canvas, quality);
    if (jpeg && jpeg.size <= pictureBytesMax) return jpeg;
  }
  throw new Error('too large');
}

/** Chooses a picture or a PDF and sends it at once, after a question: it cannot be taken back. */
export function Attach({ conversation, name, seenSeq }: { conversation: Ulid; name: string; seenSeq: number }) {
  const { t } = useWords();
  const say = useSay();
  const client = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const [attempt] = useState(() => new Attempt());

  const send = async (file: File) => {
    if (!file.type.startsWith('image/') && file.size > fileMegabytesMax * 2 ** 20) { // a picture is made smaller; minutes on a slow line would end in a no
      say('error', t('composer.attach.too_large', { megabytes: fileMegabytesMax }));
      return;
    }
    if (!window.confirm(t('composer.attach.sure', { file: file.name, name }))) return;
    const key = attempt.keyFor([conversation, file.name, file.size, file.lastModified].join('/'));
    setBusy(true);
    try {
      await api.sendMedia(conversation, await fitting(file), file.name, seenSeq, key);
      attempt.succeeded();
      await client.invalidateQueries({ queryKey: keys.log(conversation) });
    } catch (failure) {
      attempt.failed(failure);
      say('error', failure instanceof Problem || failure instanceof NoAnswer ? wordsFor(failure, t) : t('composer.attach.failed'));
    } finally {
      setBusy(false);
    }
  };
  return (
    <FileTrigger acceptedFileTypes={['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'application/pdf']}
      onSelect={(files) => { const file = files?.[0]; if (file) void send(file); }}>
      <Button look="secondary" isBusy={isBusy} className="shrink-0">{t('composer.attach')}</Button>
    </FileTrigger>
  );
}
