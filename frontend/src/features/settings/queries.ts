import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, type Schema, unwrap } from '@/api/client'
import { usePlexSignIn } from '@/api/plex-sign-in'

export type Setting = Schema<'Setting'>
export type SettingKey = Schema<'SettingKey'>
export type Settings = Schema<'SettingPage'>

export const settingsQuery = queryOptions({
  queryKey: ['settings', 'list'],
  queryFn: ({ signal }) =>
    unwrap(api.GET('/api/v1/settings', { params: { query: { limit: 200 } }, signal })),
})

export const connectionQuery = queryOptions({
  queryKey: ['settings', 'plex'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/settings/plex', { signal })),
})

function useRefresh() {
  const client = useQueryClient()
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ['settings'] }),
      client.invalidateQueries({ queryKey: ['stats'] }),
      // It carries the zone.
      client.invalidateQueries({ queryKey: ['session'] }),
    ])
}

type SettingChanges = Partial<Record<SettingKey, string | null>>

/** Saves some settings; null goes back to the environment's or the default value. Answers all of them. */
export function useSaveSettings() {
  const client = useQueryClient()
  const refresh = useRefresh()
  return useMutation({
    mutationFn: ({ version, body }: { version: number; body: SettingChanges }) =>
      unwrap(api.PATCH('/api/v1/settings', { headers: { 'If-Match': `"${version}"` }, body })),
    onSuccess: (saved) => {
      client.setQueryData(settingsQuery.queryKey, saved)
      void refresh()
    },
  })
}

export function useTestConnection() {
  return useMutation({
    mutationFn: (body: Schema<'PlexTestRequest'>) =>
      unwrap(api.POST('/api/v1/settings/plex/test', { body })),
  })
}

export function useReplaceConnection() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (body: Schema<'PlexPatch'>) => unwrap(api.PATCH('/api/v1/settings/plex', { body })),
    onSuccess: refresh,
  })
}

/** The owner signs in again, which replaces the token. */
export function useOwnerToken(onDone: () => void) {
  const refresh = useRefresh()
  return usePlexSignIn({
    purpose: 'replace_token',
    start: () => unwrap(api.POST('/api/v1/settings/plex/sign-in')),
    attach: ({ id, code }) =>
      unwrap(api.POST('/api/v1/settings/plex/sign-in/pin', { body: { pin_id: id, code } })),
    complete: () => unwrap(api.POST('/api/v1/settings/plex/sign-in/complete')),
    onDone: () => {
      void refresh()
      onDone()
    },
  })
}
