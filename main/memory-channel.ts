import type { MessageChannel } from '../client/message-transport.ts';

/** Two ends of a channel within this process. What one sends the other gets in the next microtask, in order. `close` ends both. */
export function memoryChannel(): { left: MessageChannel; right: MessageChannel; close(): void } {
  const closing: (() => void)[] = [];
  let closed = false;
  const end = () => {
    let deliver: ((message: unknown) => void) | null = null;
    const channel = (send: (message: unknown) => void): MessageChannel => ({
      send,
      onMessage: (listener) => {
        deliver = listener;
      },
      onClose: (listener) => closing.push(listener),
    });
    const take = (message: unknown) => queueMicrotask(() => !closed && deliver?.(message));
    return { channel, take };
  };
  const [a, b] = [end(), end()];
  return {
    left: a.channel(b.take),
    right: b.channel(a.take),
    close() {
      if (closed) return;
      closed = true;
      for (const listener of closing) listener();
    },
  };
}
