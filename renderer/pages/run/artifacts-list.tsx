import { ChartPie, ExternalLink, File, FileText, Film, Image, Route } from 'lucide-react';
import type { Artifact, ArtifactKind } from '../../../contract/artifact.ts';
import { call, sentenceOf } from '../../agent.ts';
import { CopyButton } from '../../components/buttons.tsx';
import { ScrollRegion } from '../../components/scroll-region.tsx';
import { bytes } from '../../format/units.ts';
import { useNotice } from '../../stores/notice.ts';
import type { Answer } from '../../stores/use-answer.ts';

interface ArtifactsOf {
  task: string;
  attempt: number;
}

/** Shows an artifact outside of the app, by the host; says so where it cannot. */
export async function openArtifact({ task, attempt }: ArtifactsOf, path: string): Promise<void> {
  try {
    await call('openArtifact', { task, attempt, path });
  } catch (error) {
    useNotice.setState({ text: sentenceOf(error) });
  }
}

const NAMES: Readonly<Record<ArtifactKind, string>> = {
  screenshot: 'Screenshots',
  video: 'Videos',
  trace: 'Traces',
  report: 'Reports',
  coverage: 'Coverage',
  other: 'Other files',
};
const ORDER = ['report', 'trace', 'screenshot', 'video', 'coverage', 'other'] as const satisfies readonly ArtifactKind[];

export function KindIcon({ kind }: { kind: ArtifactKind }) {
  const className = 'icon icon--s';
  switch (kind) {
    case 'screenshot':
      return <Image className={className} />;
    case 'video':
      return <Film className={className} />;
    case 'trace':
      return <Route className={className} />;
    case 'report':
      return <FileText className={className} />;
    case 'coverage':
      return <ChartPie className={className} />;
    case 'other':
      return <File className={className} />;
  }
}

/** What opening it is called; null for what is not opened from here, because that might run it. */
export function openWord({ kind, path }: Artifact): string | null {
  switch (kind) {
    case 'trace':
      return 'Open trace';
    case 'report':
      return 'Open report';
    case 'screenshot':
    case 'video':
      return 'Open';
    case 'coverage':
    case 'other':
      return /\.html?$/i.test(path) ? 'Open' : null;
  }
}

/** Everything that an attempt left, by kind, with its size. */
export function ArtifactsPane({ attempt, list: { value, error } }: { attempt: number; list: Answer<'listArtifacts'> }) {
  if (error !== null) return <p className="quiet">{error}</p>;
  if (attempt > 0 && value === null) return null;
  const of = { task: value?.taskId ?? '', attempt };
  const artifacts = value?.artifacts ?? [];
  if (artifacts.length === 0) return <Nothing />;
  return (
    <ScrollRegion label="Artifacts">
      {ORDER.map((kind) => {
        const own = artifacts.filter((artifact) => artifact.kind === kind);
        if (own.length === 0) return null;
        return (
          <section key={kind} aria-label={NAMES[kind]}>
            <div className="group">
              <h2>{NAMES[kind]}</h2>
              <span className="group__n">{own.length}</span>
              <span className="group__note">{bytes(own.reduce((sum, artifact) => sum + artifact.bytes, 0))}</span>
            </div>
            <ul>
              {own.map((artifact) => (
                <Row key={artifact.path} artifact={artifact} of={of} />
              ))}
            </ul>
          </section>
        );
      })}
    </ScrollRegion>
  );
}

function Row({ artifact, of }: { artifact: Artifact; of: ArtifactsOf }) {
  const word = openWord(artifact);
  return (
    <li className="artifact">
      <KindIcon kind={artifact.kind} />
      <span className="cut mono" title={artifact.file}>
        {artifact.path}
      </span>
      <span className="cut small t3 wide" title={artifact.test ?? undefined}>
        {artifact.test}
      </span>
      <span className="small t3 right">{bytes(artifact.bytes)}</span>
      {word === null ? (
        <span className="artifact__act">
          <CopyButton text={artifact.file} what="path" />
        </span>
      ) : (
        <button
          type="button"
          className="btn btn--s artifact__act"
          aria-label={`${word}: ${artifact.path}`}
          onClick={() => openArtifact(of, artifact.path)}
        >
          {word}
          <ExternalLink className="icon icon--xs" />
        </button>
      )}
    </li>
  );
}

function Nothing() {
  return (
    <div className="empty">
      <div>
        <h2>Nothing was kept</h2>
        <p>
          Screenshots, videos, traces and reports that a runner leaves are listed here. Name other files of a suite by{' '}
          <code>artifacts</code> in the project’s background-e2e.yaml.
        </p>
      </div>
    </div>
  );
}
