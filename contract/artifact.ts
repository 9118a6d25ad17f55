import { z } from 'zod';

export const ArtifactKind = z.enum(['screenshot', 'video', 'trace', 'report', 'coverage', 'other']);
export type ArtifactKind = z.infer<typeof ArtifactKind>;

/** A file that a run left, kept in its folder. A report or a coverage page is its `index.html`, with the size of all that belongs to it. */
export const Artifact = z.object({
  /** Relative to the attempt's `artifacts/`, with `/` between. */
  path: z.string(),
  /** Absolute. */
  file: z.string(),
  kind: ArtifactKind,
  bytes: z.number().int(),
  /** Title of the test that it belongs to; null where it belongs to none or nobody said. */
  test: z.string().nullable(),
});
export type Artifact = z.infer<typeof Artifact>;

/** Media types of the pictures that the window shows: nothing that could hold a script. */
export const PictureType = z.enum(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
export type PictureType = z.infer<typeof PictureType>;
