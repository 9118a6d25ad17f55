import { expect, test } from 'vitest';
import { createMessageConnection, type Message } from 'vscode-jsonrpc/node';
import { messageTransport } from './message-transport.ts';

/** A connection, and what the other end of its channel does. */
function open() {
  const sent: Message[] = [];
  let receive: (message: unknown) => void = () => {};
  const { reader, writer } = messageTransport({
    send: (message) => sent.push(message),
    onMessage: (listener) => {
      receive = listener;
    },
    onClose: () => {},
  });
  const connection = createMessageConnection(reader, writer);
  const errors: unknown[] = [];
  connection.onError((error) => errors.push(error));
  connection.listen();
  return { errors, receive: (message: unknown) => receive(message) };
}

test('a message that makes the library throw is an error of its connection, and not of the process', () => {
  const { receive, errors } = open();
  expect(() => receive({ jsonrpc: '2.0', method: '$/cancelRequest', params: null })).not.toThrow();
  expect(errors).toHaveLength(1);
});

test.each([null, 5, 'text', [], {}, { jsonrpc: '1.0' }])('what is not JSON-RPC is passed over: %j', (message) => {
  const { receive, errors } = open();
  expect(() => receive(message)).not.toThrow();
  expect(errors).toEqual([]);
});
