import { open, stat } from 'node:fs/promises';
import { ReportProblem } from './reader.ts';

/** A report is read into memory as a whole. */
export const LARGEST_REPORT_MB = 100;
const MB = 1024 * 1024;

/**
 * The text of a report file: UTF-8, or what its byte order mark or its XML declaration says. Throws a `ReportProblem` for one that is
 * too large or cannot be read; `name` is what sentences call it.
 */
export async function readReportText(path: string, name: string, largestMb = LARGEST_REPORT_MB): Promise<string> {
  try {
    const text = decode(await readWhole(path, name, largestMb));
    const zero = text.indexOf('\0');
    if (zero !== -1) throw new ReportProblem(`${name} is not text (character ${zero + 1} of it is a zero), so it is not a report.`);
    return text;
  } catch (error) {
    if (error instanceof ReportProblem) throw error;
    throw new ReportProblem(`${name} cannot be read: ${reasonOf(error)}.`);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  switch ('code' in error ? error.code : null) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EISDIR':
      return 'it is a folder; name the files in it';
    case 'ELOOP':
      return 'it is a link that leads back to itself';
    case 'EACCES':
    case 'EPERM':
      return 'this user may not read it';
    default:
      return error.message;
  }
}

async function readWhole(path: string, name: string, largestMb: number): Promise<Buffer> {
  // Opening a pipe would wait for its writer, and a device may have no end.
  const info = await stat(path);
  if (!info.isFile() && !info.isDirectory())
    throw new ReportProblem(`${name} is no file but a pipe, a socket or a device, so it was not read.`);
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > largestMb * MB)
      throw new ReportProblem(`${name} has ${Math.ceil(size / MB)} MB; reports of more than ${largestMb} MB are not read.`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** Byte order marks: https://www.w3.org/TR/xml/#sec-guessing */
function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  // Without a mark: the zeros that UTF-16 has beside "<" or "{".
  if (bytes[0] !== 0 && bytes[1] === 0 && bytes[2] !== 0 && bytes[3] === 0) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0 && bytes[1] !== 0 && bytes[2] === 0 && bytes[3] !== 0) return new TextDecoder('utf-16be').decode(bytes);
  const declared = /^<\?xml[^>]*\bencoding\s*=\s*["']([\w.:-]+)["']/.exec(bytes.toString('latin1', 0, 200))?.[1];
  return decoderFor(declared ?? 'utf-8').decode(bytes);
}

function decoderFor(encoding: string): TextDecoder {
  try {
    // Bytes that are read one by one so far cannot be UTF-16, whatever is written there.
    return new TextDecoder(/^utf-?16/i.test(encoding) ? 'utf-8' : encoding);
  } catch {
    return new TextDecoder('utf-8'); // an encoding that nobody knows: most of it is ASCII anyway
  }
}
