import { ImageOff } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Artifact } from '../../../contract/artifact.ts';
import { useAnswer } from '../../stores/use-answer.ts';
import { KindIcon, openArtifact, openWord } from './artifacts-list.tsx';

/** Pictures of one test that are shown; all of them are in the list of artifacts. */
const MOST_SHOTS = 6;

interface ArtifactsOfTestProps {
  task: string;
  attempt: number;
  /** The test's own. */
  artifacts: readonly Artifact[];
  /** What else can be done about the test. */
  children?: ReactNode;
}

/** The pictures that a test left, and what can be done about it. */
export function ArtifactsOfTest({ task, attempt, artifacts, children }: ArtifactsOfTestProps) {
  const shots = artifacts.filter(({ kind }) => kind === 'screenshot').slice(0, MOST_SHOTS);
  const others = artifacts.filter((artifact) => artifact.kind !== 'screenshot' && openWord(artifact) !== null);
  return (
    <div className="left">
      {shots.length > 0 && (
        <ul className="shots" aria-label="Screenshots">
          {shots.map((artifact) => (
            <li key={artifact.path}>
              <Shot task={task} attempt={attempt} path={artifact.path} />
            </li>
          ))}
        </ul>
      )}
      <div className="left__acts">
        {others.map((artifact) => (
          <button
            key={artifact.path}
            type="button"
            className="btn btn--s"
            title={artifact.path}
            onClick={() => openArtifact({ task, attempt }, artifact.path)}
          >
            <KindIcon kind={artifact.kind} />
            {artifact.kind === 'video' ? 'Open video' : openWord(artifact)}
          </button>
        ))}
        {children}
      </div>
    </div>
  );
}

function Shot({ task, attempt, path }: { task: string; attempt: number; path: string }) {
  const { value, error } = useAnswer('readArtifact', { task, attempt, path });
  const name = path.split('/').at(-1) ?? path;
  return (
    <button type="button" className="shot" title={error ?? `Open ${path}`} onClick={() => openArtifact({ task, attempt }, path)}>
      <span className="shot__picture">
        {value !== null && <img src={`data:${value.type};base64,${value.base64}`} alt="" decoding="async" />}
        {error !== null && <ImageOff className="icon" />}
      </span>
      <span className="cut">{name}</span>
    </button>
  );
}
