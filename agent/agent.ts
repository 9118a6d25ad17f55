import { resolve } from 'node:path';
import { homeFolder } from '../client/home.ts';
import { connectOrStart } from '../client/start-host.ts';
import {
  type QueueStatusDocument,
  queueStatusDocument,
  type ResultDocument,
  resultDocument,
  type TaskStatusDocument,
  taskStatusDocument,
} from '../contract/documents.ts';
import { newRequestId } from '../contract/ids.ts';
import { isTerminal } from '../contract/status.ts';
import type { TaskRequest } from '../contract/task.ts';
import { HostLink } from './host-link.ts';
import { ownEnvironment, queueTask } from './queue-task.ts';
import { waitForEnds } from './wait-for-ends.ts';

export type { QueueStatusDocument, ResultDocument, TaskStatusDocument } from '../contract/documents.ts';
export { type FieldIssue, Refusal, type RefusalKind } from '../contract/errors.ts';

export interface AgentOptions {
  /** Folder of the project to test; default: the working directory. */
  project?: string;
  /** Folder that holds all state; default: BGE2E_HOME, else the platform's own place. */
  home?: string;
  /** How this program calls itself towards the host. */
  clientName?: string;
}

/** What to run. All but the category is the category's own where it is left out. */
export type TaskOptions = Omit<TaskRequest, 'project'> & {
  /** Default: the agent's. */
  project?: string;
};

const DEFAULT_RESULTS = 10;
/** Waiting tasks that the queue's status lists; it counts them all. */
const SHOWN_WAITING = 200;

/**
 * Queues suites at this machine's host and tells how they went. A host is started if there is none; it and the tasks go on when
 * this program ends.
 *
 *     await using agent = new BackgroundE2EAgent({ project: '/path/to/project' });
 *     const id = await agent.queueE2ETest({ category: 'e2e', timeoutMinutes: 45 });
 *
 * Every method throws a `Refusal`, whose message is a sentence for a person: `invalid` (with the wrong fields in `issues`),
 * `not_found`, `no_host`, `no_answer` (nothing came in time). A task is named by its id, a unique beginning of it, `#42` or `last`.
 * The connection keeps the process alive until `stop()`.
 */
export class BackgroundE2EAgent implements AsyncDisposable {
  readonly #project: string;
  readonly #home: string;
  readonly #clientName: string;
  readonly #link: HostLink;
  readonly #queued = new Set<string>();

  constructor({ project = process.cwd(), home = homeFolder(), clientName = 'agent' }: AgentOptions = {}) {
    this.#project = resolve(project);
    this.#home = resolve(home);
    this.#clientName = clientName;
    this.#link = new HostLink(this.#home, clientName);
  }

  /** Connects, and starts a host if there is none. Every other method does this too; calling it twice changes nothing. */
  async start(): Promise<void> {
    await this.#link.connect();
  }

  /**
   * Disconnects. Tasks go on (`keep`, the default), or those that this agent has queued are cancelled first and waited for
   * (`cancel`).
   */
  async stop({ tasks = 'keep' }: { tasks?: 'keep' | 'cancel' } = {}): Promise<void> {
    try {
      if (tasks === 'cancel' && this.#queued.size > 0) {
        const ids = [...this.#queued];
        await this.#link.call('cancelTasks', { tasks: ids });
        await waitForEnds({ connect: () => connectOrStart(this.#home, this.#clientName), ids });
        this.#queued.clear();
      }
    } finally {
      await this.#link.close();
    }
  }

  /** Disconnects; tasks go on. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** Queues a suite and answers its task's id at once. The tests get this process's environment. */
  async queueE2ETest(what: string | TaskOptions): Promise<string> {
    const options = typeof what === 'string' ? { category: what } : what;
    const task = await queueTask(this.#link, { ...options, project: resolve(this.#project, options.project ?? '.') });
    this.#queued.add(task.id);
    return task.id;
  }

  /**
   * Queues an ended task again, or only its failed tests (`failed`), and answers the id of the new task at once. Refused (`invalid`) where
   * nothing failed or the runner cannot run a part.
   */
  async retryTask(task: string, { failed = false }: { failed?: boolean } = {}): Promise<string> {
    const asked = { requestId: newRequestId(), task, failed, environment: ownEnvironment() };
    const { id } = await this.#link.call('retryTask', asked);
    this.#queued.add(id);
    return id;
  }

  /** A task at this moment. */
  async getTaskStatus(task: string): Promise<TaskStatusDocument> {
    return taskStatusDocument(await this.#link.call('getTask', { task }), Date.now());
  }

  /** What runs and what waits, of all projects. */
  async getQueueStatus(): Promise<QueueStatusDocument> {
    return queueStatusDocument(await this.#link.call('getQueue', { limit: SHOWN_WAITING }), true, Date.now());
  }

  /** The last results of this agent's project, newest first. */
  async getRecentResults(limit = DEFAULT_RESULTS): Promise<ResultDocument[]> {
    const { root } = await this.#link.call('describeProject', { directory: this.#project });
    const { tasks } = await this.#link.call('listResults', { limit, project: root });
    return tasks.map(resultDocument);
  }

  /** Asks for the end of a task and answers at once. False where it had ended already. */
  async cancelTask(task: string): Promise<boolean> {
    const { task: found } = await this.#link.call('getTask', { task });
    if (isTerminal(found.state.status)) return false;
    const [asked] = await this.#link.call('cancelTasks', { tasks: [found.id] });
    return asked !== undefined && (!isTerminal(asked.state.status) || asked.state.status === 'cancelled');
  }

  /** Waits for a task's end, over restarts of the host. Answers null where it has not ended after `deadlineMs`. */
  async waitForTask(task: string, { deadlineMs = null }: { deadlineMs?: number | null } = {}): Promise<ResultDocument | null> {
    const { task: found } = await this.#link.call('getTask', { task });
    const [ended] = await waitForEnds({ connect: () => connectOrStart(this.#home, this.#clientName), ids: [found.id], deadlineMs });
    return ended ? resultDocument(ended) : null;
  }
}
