import { useEffect, useState } from 'react';
import type { MethodName, Params, Result } from '../../contract/api.ts';
import { call, listen, sentenceOf } from '../agent.ts';

export interface Answer<M extends MethodName> {
  /** null until it has come. */
  value: Result<M> | null;
  error: string | null;
}

/**
 * What the host answers to one question, asked again when the question changes and after the connection was lost. `params` null asks
 * nothing. `version`: a change of it means that the answer may be another one.
 */
export function useAnswer<M extends MethodName>(method: M, params: Params<M> | null, version: string | number = 0): Answer<M> {
  const key = params === null ? null : JSON.stringify(params);
  const [answer, setAnswer] = useState<Answer<M> & { key: string | null }>({ key: null, value: null, error: null });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is the params, and the version asks again.
  useEffect(() => {
    if (params === null) return;
    let wanted = true;
    const ask = () => {
      call(method, params).then(
        (value) => wanted && setAnswer({ key, value, error: null }),
        (error: unknown) => wanted && setAnswer({ key, value: null, error: sentenceOf(error) }),
      );
    };
    ask();
    const stop = listen('connected', ask);
    return () => {
      wanted = false;
      stop();
    };
  }, [method, key, version]);
  return answer.key === key ? answer : { value: null, error: null };
}
