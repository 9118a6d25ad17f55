import { posix } from 'node:path';
import type { ArtifactKind } from '../../contract/artifact.ts';

const PICTURES = new Set(['.png', '.jpg', '.jpeg', '.webp', '.gif', '.avif', '.bmp']);
const FILMS = new Set(['.webm', '.mp4', '.mov', '.mkv', '.avi', '.m4v']);
/** What c8, istanbul, coverage.py, JaCoCo and others call their files. */
const COVERAGE =
  /(?:^|\/)(?:coverage|lcov-report|htmlcov|jacoco)(?:\/|$)|\.lcov$|(?:^|\/)(?:lcov\.info|clover\.xml|cobertura[^/]*\.xml|coverage[^/]*\.(?:xml|json)|\.coverage)$/i;

/** What a file is, told by its path (with `/` between): nobody looks into it. */
export function kindOf(path: string): ArtifactKind {
  const extension = posix.extname(path).toLowerCase();
  if (COVERAGE.test(path)) return 'coverage';
  if (PICTURES.has(extension)) return 'screenshot';
  if (FILMS.has(extension)) return 'video';
  if (extension === '.zip' && /trace/i.test(posix.basename(path))) return 'trace';
  if (extension === '.html' || extension === '.htm') return 'report';
  return 'other';
}
