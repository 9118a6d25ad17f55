import type { NotificationName } from '../contract/api.ts';
import { Refusal } from '../contract/errors.ts';
import type { HostStatus, WayToEnd } from '../contract/host.ts';
import type { Engine } from '../engine/engine.ts';
import type { Handlers, Session } from './connection.ts';

const STREAMS = [
  'taskChanged',
  'progress',
  'sample',
  'waiting',
  'paused',
  'machine',
  'schedules',
] as const satisfies readonly NotificationName[];

export interface HandlerContext {
  engine: Engine;
  status(): HostStatus;
  /** null where there is no window to raise. */
  showWindow: ((page?: string) => void) | null;
  webAddress(): Promise<string>;
  isMoved(): boolean;
  /** From now on writes are refused. Answers what becomes of the tasks: the first to ask decides that. */
  move(tasks: WayToEnd): WayToEnd;
  close(tasks: WayToEnd): void;
}

/** What a host does for each of the contract's methods. */
export function createHandlers({ engine, status, showWindow, webAddress, isMoved, move, close }: HandlerContext): Handlers {
  const following = new WeakMap<Session, Map<string, () => void>>();
  const subscribed = new WeakSet<Session>();

  const refuseIfMoved = () => {
    if (isMoved()) throw new Refusal('moved', 'This host is handing its queue over or ending. Ask again in a moment.');
  };
  const followsOf = (session: Session) => {
    let follows = following.get(session);
    if (!follows) {
      follows = new Map();
      following.set(session, follows);
      session.onClose(() => {
        for (const stop of follows?.values() ?? []) stop();
      });
    }
    return follows;
  };

  return {
    addTask: (params) => {
      refuseIfMoved();
      return engine.addTask(params);
    },
    retryTask: (params) => {
      refuseIfMoved();
      return engine.retryTask(params);
    },
    addSchedule: (params) => {
      refuseIfMoved();
      return engine.schedules.add(params);
    },
    listSchedules: () => engine.schedules.list(),
    removeSchedules: (params) => {
      refuseIfMoved();
      return engine.schedules.remove(params);
    },
    getTask: (params) => engine.getTask(params),
    listActive: () => engine.listActive(),
    getQueue: (params) => engine.getQueue(params),
    pauseQueue: (params) => {
      refuseIfMoved();
      return engine.pauseQueue(params);
    },
    resumeQueue: (params) => {
      refuseIfMoved();
      return engine.resumeQueue(params);
    },
    moveTask: (params) => {
      refuseIfMoved();
      return engine.moveTask(params);
    },
    listResults: (params) => engine.listResults(params),
    usualDurations: (params) => engine.usualDurations(params),
    cancelTasks: (params) => {
      refuseIfMoved();
      return engine.cancelTasks(params);
    },
    getTests: (params) => engine.runFiles.getTests(params),
    getFlaky: (params) => engine.insights.getFlaky(params),
    getCauses: (params) => engine.insights.getCauses(params),
    getTestStrips: (params) => engine.insights.getTestStrips(params),
    compareRuns: (params) => engine.insights.compareRuns(params),
    getTrends: (params) => engine.insights.getTrends(params),
    listQuarantine: (params) => engine.insights.quarantine.list(params),
    quarantineTest: (params) => {
      refuseIfMoved();
      return engine.insights.quarantine.add(params);
    },
    unquarantineTest: (params) => {
      refuseIfMoved();
      return engine.insights.quarantine.remove(params);
    },
    exportResult: (params) => engine.runFiles.exportResult(params),
    listArtifacts: (params) => engine.runFiles.listArtifacts(params),
    readArtifact: (params) => engine.runFiles.readArtifact(params),
    openArtifact: (params) => engine.runFiles.openArtifact(params),
    readLog: (params) => engine.runFiles.readLog(params),
    getSamples: (params) => engine.runFiles.getSamples(params),
    markSeen: (params) => {
      refuseIfMoved();
      return engine.markSeen(params);
    },
    describeProject: (params) => engine.describeProject(params),
    recentProjects: () => engine.recentProjects(),
    subscribe: (params, session) => {
      if (!subscribed.has(session)) {
        subscribed.add(session);
        const stops = STREAMS.map((name) => engine.notifier.on(name, (payload) => session.notify(name, payload)));
        stops.push(engine.watchMachine());
        session.onClose(() => {
          for (const stop of stops) stop();
        });
      }
      return engine.subscribe(params);
    },
    followLog: async (params, session) => {
      const { taskId, attempt } = engine.runFiles.attemptNamed(params);
      const follows = followsOf(session);
      follows.get(taskId)?.();
      // Before the size is looked up: what is written in between is told.
      follows.set(
        taskId,
        engine.notifier.on('logGrew', (grown) => {
          if (grown.taskId === taskId && grown.attempt === attempt) session.notify('logGrew', grown);
        }),
      );
      return engine.runFiles.logOf(params);
    },
    unfollowLog: ({ task }, session) => {
      const follows = followsOf(session);
      const taskId = engine.idOf(task);
      follows.get(taskId)?.();
      follows.delete(taskId);
      return {};
    },
    prune: (params) => {
      refuseIfMoved();
      return engine.retention.prune(params);
    },
    hostStatus: () => status(),
    stopHost: ({ tasks }) => {
      const decided = move(tasks);
      afterAnswer(() => close(decided));
      return { tasks: decided };
    },
    handOver: () => {
      const decided = move('keep');
      afterAnswer(() => close(decided));
      return {};
    },
    webAddress: async () => ({ url: await webAddress() }),
    showWindow: ({ page }) => {
      if (!showWindow) throw new Refusal('invalid', 'This host has no window: it runs without the app. Use "bge2e open --web".');
      showWindow(page);
      return {};
    },
  };
}

/** The answer is written in this turn of the event loop; what follows would close the connection under it. */
function afterAnswer(work: () => void): void {
  setImmediate(() => setImmediate(work));
}
