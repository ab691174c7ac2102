/** `heapdump/{name}`: a snapshot that was taken before, as it lies on disk. */
import fs from 'node:fs';
import type { DumpFolder } from '../actions/dump-folder.ts';
import { type BodyStream, problem, type SystemAnswer } from '../call.ts';

export function snapshotAnswer(folder: DumpFolder | undefined, name: string): SystemAnswer {
  const found = folder?.open(name);
  if (folder === undefined || found === undefined) return problem(404, 'missing', 'There is no snapshot of that name.');
  fs.closeSync(found.fd);
  const headers = {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="${name}"`,
  };
  return { status: 200, headers, body: readSnapshot(folder, name) };
}

/** Opens it again when it is read: an answer that nobody reads leaves nothing open. */
async function* readSnapshot(folder: DumpFolder, name: string): AsyncGenerator<Uint8Array> & BodyStream {
  const found = folder.open(name);
  if (found === undefined) throw new Error('The snapshot is gone.');
  yield* fs.createReadStream('', { fd: found.fd });
}
