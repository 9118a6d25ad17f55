import { useEffect, useState } from 'react';
import type { Result } from '../../../contract/api.ts';
import type { ProjectInfo } from '../../../contract/views.ts';
import { call, sentenceOf } from '../../agent.ts';
import { useQueue } from '../../stores/queue.ts';

/** Pause in typing (ms) after which a folder is looked at. */
const PAUSE_MS = 300;

export interface ProjectLook {
  /** The folder that this is about. */
  folder: string;
  info: ProjectInfo | null;
  error: string | null;
}

/** What the host finds in a folder, once the typing pauses. */
export function useProject(folder: string): ProjectLook | null {
  const [look, setLook] = useState<ProjectLook | null>(null);
  const connected = useQueue((state) => state.connection === 'connected');
  useEffect(() => {
    if (folder === '' || !connected) {
      setLook(null);
      return;
    }
    let current = true;
    const timer = setTimeout(async () => {
      try {
        const info = await call('describeProject', { directory: folder });
        if (current) setLook({ folder, info, error: null });
      } catch (error) {
        if (current) setLook({ folder, info: null, error: sentenceOf(error) });
      }
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [folder, connected]);
  return look;
}

type Recent = Result<'recentProjects'>;

/** Folders that were used before, the last one first; null until the host has said. */
export function useRecentProjects(): Recent | null {
  const [recent, setRecent] = useState<Recent | null>(null);
  const connected = useQueue((state) => state.connection === 'connected');
  useEffect(() => {
    if (!connected) return;
    let current = true;
    call('recentProjects', {})
      .then((projects) => current && setRecent(projects))
      .catch(() => current && setRecent([])); // the path can be typed
    return () => {
      current = false;
    };
  }, [connected]);
  return recent;
}
