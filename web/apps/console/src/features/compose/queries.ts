/** What composing asks the server. */

import { type Audience, ask, type DraftFields, Problem } from '@belfry/api/console';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '../../app/api';
import type { DraftCalls } from './draft-store';
import { fieldsOf, isNobody, type Writing } from './writing';

/** `ws` is the workspace's id. */
export const draftCalls = (ws: string): DraftCalls => ({
  load: (id) => ask(api.GET('/v1/workspaces/{ws}/drafts/{id}', { params: { path: { ws, id } } })),
  create: (body) => ask(api.POST('/v1/workspaces/{ws}/drafts', { params: { path: { ws } }, body })),
  change: (id, body) =>
    ask(api.PATCH('/v1/workspaces/{ws}/drafts/{id}', { params: { path: { ws, id } }, body })),
});

export const sendDraft = (ws: string, id: string, revision: number) =>
  ask(
    api.POST('/v1/workspaces/{ws}/drafts/{id}/send', {
      params: { path: { ws, id } },
      body: { revision, undo: UNDO_S },
    }),
  );

/** Whether a draft was sent although `error` was the answer: an answer may get lost on its way. */
export async function isOnItsWay(ws: string, id: string, error: unknown): Promise<boolean> {
  const refused = error instanceof Problem && error.status > 0 && error.status < 500;
  if (refused && error.code !== 'not_a_draft') return false;
  try {
    const { status } = await ask(
      api.GET('/v1/workspaces/{ws}/notifications/{id}', { params: { path: { ws, id } } }),
    );
    return status !== 'draft' && status !== 'cancelled';
  } catch {
    return false;
  }
}

/** Seconds in which sending can be taken back. */
export const UNDO_S = 10;

export const cancelNotification = (ws: string, id: string) =>
  ask(api.POST('/v1/workspaces/{ws}/notifications/{id}/cancel', { params: { path: { ws, id } } }));

export const testDraft = (ws: string, id: string, revision: number) =>
  ask(api.POST('/v1/workspaces/{ws}/drafts/{id}/test', { params: { path: { ws, id } }, body: { revision } }));

export const deleteDraft = (ws: string, id: string) =>
  ask(api.DELETE('/v1/workspaces/{ws}/drafts/{id}', { params: { path: { ws, id } } }));

export const uploadPhoto = (ws: string, picture: Blob) =>
  ask(
    api.POST('/v1/workspaces/{ws}/photos', {
      params: { path: { ws } },
      body: picture,
      bodySerializer: (body) => body as Blob,
      headers: { 'content-type': picture.type },
    }),
  );

/** The server keeps the opened page for ten minutes. */
const PREVIEW_FRESH_MS = 8 * 60_000;

/** The server's own rendering; whom it is for and for how long does not change it. */
export const previewQuery = (ws: string, writing: Writing) => {
  const { audience: _, run_time: __, ...content }: DraftFields = fieldsOf(writing);
  return queryOptions({
    queryKey: ['w', ws, 'preview', content],
    queryFn: ({ signal }) =>
      ask(
        api.POST('/v1/workspaces/{ws}/notifications/preview', {
          params: { path: { ws } },
          body: content,
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: PREVIEW_FRESH_MS,
    gcTime: 60_000,
    refetchInterval: PREVIEW_FRESH_MS,
  });
};

export const reachQuery = (ws: string, audience: Audience | null) =>
  queryOptions({
    queryKey: ['w', ws, 'reach', audience],
    queryFn: ({ signal }) =>
      ask(
        api.POST('/v1/workspaces/{ws}/notifications/reach', {
          params: { path: { ws } },
          body: { audience: audience ?? { everyone: true } },
          signal,
        }),
      ),
    enabled: audience !== null && !isNobody(audience),
    placeholderData: keepPreviousData,
    staleTime: 15_000,
    refetchInterval: 60_000,
  });

export const quotaQuery = (ws: string) =>
  queryOptions({
    queryKey: ['w', ws, 'quota'],
    queryFn: ({ signal }) => ask(api.GET('/v1/workspaces/{ws}/quota', { params: { path: { ws } }, signal })),
  });

const GROUPS_MOST = 200;

export const groupChoiceQuery = (ws: string) =>
  queryOptions({
    queryKey: ['w', ws, 'groups', 'choice'],
    queryFn: ({ signal }) =>
      ask(
        api.GET('/v1/workspaces/{ws}/groups', {
          params: { path: { ws }, query: { limit: GROUPS_MOST } },
          signal,
        }),
      ),
    staleTime: 60_000,
  });

const FOUND_MOST = 8;

/** People whose name, email or id begins with what was typed. */
export const peopleFoundQuery = (ws: string, q: string) =>
  queryOptions({
    queryKey: ['w', ws, 'people', 'found', q],
    queryFn: ({ signal }) =>
      ask(
        api.GET('/v1/workspaces/{ws}/users', {
          params: { path: { ws }, query: { limit: FOUND_MOST, status: 'active', ...(q && { q }) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

/** The name behind an external id or address, for people who were chosen in another sitting. */
export const personNameQuery = (ws: string, external_id: string) =>
  queryOptions({
    queryKey: ['w', ws, 'people', 'name', external_id],
    queryFn: async ({ signal }) => {
      const user = await ask(
        api.GET('/v1/workspaces/{ws}/users/{external_id}', { params: { path: { ws, external_id } }, signal }),
      );
      return { name: user.name };
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
