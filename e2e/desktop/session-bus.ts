import dbus from 'dbus-next';

const { Message, Variant } = dbus;

const WATCHER = 'org.kde.StatusNotifierWatcher';
const ITEM = 'org.kde.StatusNotifierItem';
const MENU = 'com.canonical.dbusmenu';
const NOTIFICATIONS = 'org.freedesktop.Notifications';
const REPLACE_EXISTING = 2; // https://dbus.freedesktop.org/doc/dbus-specification.html#bus-messages-request-name

/** Plays the part of a desktop's bar (https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/). */
class Watcher extends dbus.interface.Interface {
  readonly items: string[] = [];

  RegisterStatusNotifierItem(service: string): void {
    this.items.push(service);
  }
  RegisterStatusNotifierHost(): void {}
  get RegisteredStatusNotifierItems(): string[] {
    return this.items;
  }
  get IsStatusNotifierHostRegistered(): boolean {
    return true;
  }
  get ProtocolVersion(): number {
    return 0;
  }
}
Watcher.configureMembers({
  methods: { RegisterStatusNotifierItem: { inSignature: 's' }, RegisterStatusNotifierHost: { inSignature: 's' } },
  properties: {
    RegisteredStatusNotifierItems: { signature: 'as', access: 'read' },
    IsStatusNotifierHostRegistered: { signature: 'b', access: 'read' },
    ProtocolVersion: { signature: 'i', access: 'read' },
  },
});

export interface Shown {
  id: number;
  summary: string;
  body: string;
}

/** Plays the desktop's notifications (https://specifications.freedesktop.org/notification-spec/latest/protocol.html). */
class Notifications extends dbus.interface.Interface {
  readonly shown: Shown[] = [];

  GetCapabilities(): string[] {
    return ['body', 'actions'];
  }
  GetServerInformation(): string[] {
    return ['test', 'test', '1', '1.2'];
  }
  Notify(_app: string, _replaces: number, _icon: string, summary: string, body: string): number {
    const id = this.shown.length + 1;
    this.shown.push({ id, summary, body });
    return id;
  }
  CloseNotification(): void {}
  ActionInvoked(id: number, action: string): [number, string] {
    return [id, action];
  }
}
Notifications.configureMembers({
  methods: {
    GetCapabilities: { outSignature: 'as' },
    GetServerInformation: { outSignature: 'ssss' },
    Notify: { inSignature: 'susssasa{sv}i', outSignature: 'u' },
    CloseNotification: { inSignature: 'u' },
  },
  signals: { ActionInvoked: { signature: 'us' } },
});

export interface MenuEntry {
  id: number;
  label: string;
  enabled: boolean;
}

/** The session's bus with the two services that a desktop would have on it. */
export class SessionBus {
  readonly #bus = dbus.sessionBus();
  readonly #watcher = new Watcher(WATCHER);
  readonly #notifications = new Notifications(NOTIFICATIONS);

  static async open(): Promise<SessionBus> {
    const opened = new SessionBus();
    opened.#bus.export('/StatusNotifierWatcher', opened.#watcher);
    opened.#bus.export('/org/freedesktop/Notifications', opened.#notifications);
    for (const name of [WATCHER, NOTIFICATIONS]) await opened.#bus.requestName(name, REPLACE_EXISTING);
    return opened;
  }

  close(): void {
    this.#bus.disconnect();
  }

  /** Notifications that were shown, in order. */
  get shown(): readonly Shown[] {
    return this.#notifications.shown;
  }

  /** Clicks a notification. */
  click({ id }: Shown): void {
    this.#notifications.ActionInvoked(id, 'default');
  }

  /** The tray icon of a process. Its methods fail while there is none. */
  tray(pid: number): Tray {
    return new Tray((message) => this.#call(message), `${ITEM}-${pid}-1`);
  }

  async #call(message: {
    destination: string;
    path: string;
    interface: string;
    member: string;
    signature?: string;
    body?: unknown[];
  }): Promise<unknown[]> {
    const answer = await this.#bus.call(new Message(message));
    return answer?.body ?? [];
  }
}

type Call = (message: {
  destination: string;
  path: string;
  interface: string;
  member: string;
  signature?: string;
  body?: unknown[];
}) => Promise<unknown[]>;

/** What a bar sees of one tray icon, and what it does to it. */
export class Tray {
  readonly #call: Call;
  readonly #name: string;

  constructor(call: Call, name: string) {
    this.#call = call;
    this.#name = name;
  }

  async tooltip(): Promise<string> {
    const tooltip = await this.#property('ToolTip');
    return Array.isArray(tooltip) ? String(tooltip[2]) : '';
  }

  /** The icon's pixels, as a text to compare: equal for equal pictures. */
  async icon(): Promise<string> {
    const pixmaps = await this.#property('IconPixmap');
    const largest = Array.isArray(pixmaps) ? pixmaps.at(-1) : undefined;
    return Array.isArray(largest) && Buffer.isBuffer(largest[2])
      ? `${largest[0]}×${largest[1]} ${largest[2].toString('base64')}`
      : String(await this.#property('IconName'));
  }

  /** The menu's entries, separators left out. */
  async menu(): Promise<MenuEntry[]> {
    const [, root] = await this.#menuCall('GetLayout', 'iias', [0, -1, []]);
    const children = Array.isArray(root) && Array.isArray(root[2]) ? root[2] : [];
    return children.flatMap((child) => {
      const [id, properties] = unwrapped(child);
      const label = textOf(properties, 'label');
      // An underline marks the letter after it; a doubled one is itself.
      return label === null ? [] : [{ id, label: label.replace(/_(.)/g, '$1'), enabled: unwrap(properties.enabled) !== false }];
    });
  }

  async labels(): Promise<string[]> {
    return (await this.menu()).map(({ label }) => label);
  }

  async choose(label: string): Promise<void> {
    const entry = (await this.menu()).find((one) => one.label === label);
    if (!entry) throw new Error(`The menu has no "${label}": ${(await this.labels()).join(', ')}`);
    // An entry that ends the app may end it before it has answered.
    await this.#menuCall('Event', 'isvu', [entry.id, 'clicked', new Variant('i', 0), 0]).catch((error: unknown) => {
      if (!String(error).includes('disconnected from message bus')) throw error;
    });
  }

  /** A click on the icon. */
  async click(): Promise<void> {
    await this.#call({
      destination: this.#name,
      path: '/StatusNotifierItem',
      interface: ITEM,
      member: 'Activate',
      signature: 'ii',
      body: [0, 0],
    });
  }

  async #property(name: string): Promise<unknown> {
    const [value] = await this.#call({
      destination: this.#name,
      path: '/StatusNotifierItem',
      interface: 'org.freedesktop.DBus.Properties',
      member: 'Get',
      signature: 'ss',
      body: [ITEM, name],
    });
    return unwrap(value);
  }

  async #menuCall(member: string, signature: string, body: unknown[]): Promise<unknown[]> {
    return this.#call({ destination: this.#name, path: String(await this.#property('Menu')), interface: MENU, member, signature, body });
  }
}

const unwrap = (value: unknown): unknown => (value instanceof Variant ? value.value : value);

function unwrapped(child: unknown): [number, Record<string, unknown>] {
  const value = unwrap(child);
  if (!Array.isArray(value) || typeof value[0] !== 'number' || typeof value[1] !== 'object') throw new Error('This is no entry of a menu.');
  return [value[0], value[1]];
}

function textOf(properties: Record<string, unknown>, name: string): string | null {
  const value = unwrap(properties[name]);
  return typeof value === 'string' && value !== '' ? value : null;
}
