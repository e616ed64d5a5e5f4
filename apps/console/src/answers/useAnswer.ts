import { useMutation, useQuery, useQueryClient, type QueryClient, type UseMutationResult } from '@tanstack/react-query';
import { useRef } from 'react';
import type { Operation } from '@health-kit/api';
import type { CallInput, CallOptions, CallValue } from '@health-kit/client';
import { ask } from './callAsStaff.ts';

/** How far a question is: `data` once it was answered, `error` of the last attempt. */
export interface Answer<Value> {
  readonly data: Value | undefined;
  readonly error: Error | null;
  /** Epoch ms; 0 before the first answer. */
  readonly dataUpdatedAt: number;
  refetch(): unknown;
}

interface Settings {
  /** False while it is not yet known what to ask. */
  readonly enabled?: boolean;
  /** Asked again this often while the page is looked at, ms. */
  readonly refetchInterval?: number;
  /** The answer before stays on the page while the next one, to another question, is awaited. */
  readonly keepPrevious?: boolean;
}

/** The answer of a reading operation, kept and shared between pages. */
export function useAnswer<O extends Operation>(operation: O, input: CallInput<O>, { keepPrevious = false, ...settings }: Settings = {}): Answer<CallValue<O>> {
  const { data, error, dataUpdatedAt, refetch } = useQuery<CallValue<O>>({
    queryKey: [operation.id, input],
    queryFn: ({ signal }) => ask(operation, input, { signal, attempts: 3 }),
    ...settings,
  });
  const previous = useRef(data);
  if (data !== undefined) previous.current = data;
  return { data: data ?? (keepPrevious && error === null ? previous.current : undefined), error, dataUpdatedAt, refetch };
}

/** Sends a changing operation once; what it makes out of date is asked for again. */
export function useSend<O extends Operation>(operation: O, outdates: readonly Operation[] = [], options: CallOptions = {}): UseMutationResult<CallValue<O>, Error, CallInput<O>> {
  const client = useQueryClient();
  return useMutation<CallValue<O>, Error, CallInput<O>>({
    mutationFn: (input) => ask(operation, input, options),
    // Whether it was taken is unknown after a lost answer: the lists are asked in either case.
    onSettled: () => outdate(client, outdates),
  });
}

/** Has the answers of these operations asked for again. */
export function outdate(client: QueryClient, operations: readonly Operation[]): void {
  for (const { id } of operations) void client.invalidateQueries({ queryKey: [id] });
}
