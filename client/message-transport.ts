import {
  AbstractMessageReader,
  AbstractMessageWriter,
  type DataCallback,
  type Message,
  type MessageReader,
  type MessageWriter,
} from 'vscode-jsonrpc';

/** Anything that carries whole messages: a WebSocket, an Electron channel. */
export interface MessageChannel {
  send(message: Message): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
}

/** Reader and writer for a JSON-RPC connection over a channel of whole messages. What is not JSON-RPC is passed over. */
export function messageTransport(channel: MessageChannel): { reader: MessageReader; writer: MessageWriter } {
  return { reader: new ChannelReader(channel), writer: new ChannelWriter(channel) };
}

class ChannelReader extends AbstractMessageReader {
  readonly #channel: MessageChannel;

  constructor(channel: MessageChannel) {
    super();
    this.#channel = channel;
    channel.onClose(() => this.fireClose());
  }

  listen(callback: DataCallback) {
    this.#channel.onMessage((message) => {
      if (!isMessage(message)) return;
      try {
        callback(message);
      } catch (error) {
        this.fireError(error); // some that only look like JSON-RPC make the library throw
      }
    });
    return { dispose: () => {} };
  }
}

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && 'jsonrpc' in value && value.jsonrpc === '2.0';
}

class ChannelWriter extends AbstractMessageWriter implements MessageWriter {
  readonly #channel: MessageChannel;

  constructor(channel: MessageChannel) {
    super();
    this.#channel = channel;
    channel.onClose(() => this.fireClose());
  }

  async write(message: Message): Promise<void> {
    try {
      this.#channel.send(message);
    } catch (error) {
      this.fireError(error, message);
      throw error;
    }
  }

  end(): void {}
}
