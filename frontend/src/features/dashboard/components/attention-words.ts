// What needs attention, in words, and where it is mended.
import type { Schema } from '@/api/client'
import { jobName } from '@/components/job-words'
import { reasonText } from '@/components/reason-words'
import { m } from '@/paraglide/messages.js'

type Attention = Schema<'Attention'>

interface Words {
  title: (name: string) => string
  /** What to do. */
  text: () => string
  /** The reason says it, where there is one. */
  whyFirst?: boolean
  /** The settings hold the remedy. */
  settings?: boolean
}

const WORDS: Record<Attention['kind'], Words> = {
  server_auth_lost: {
    title: () => m.attention_server_auth_lost(),
    text: m.attention_server_auth_lost_text,
    settings: true,
  },
  server_identity_changed: {
    title: () => m.attention_server_identity_changed(),
    text: m.attention_server_identity_changed_text,
    settings: true,
  },
  server_unreachable: {
    title: (name) => m.attention_server_unreachable({ name }),
    text: m.attention_server_unreachable_text,
    settings: true,
  },
  server_refuses_token: {
    title: (name) => m.attention_server_refuses_token({ name }),
    text: m.attention_server_refuses_token_text,
    settings: true,
  },
  share_limit_reached: {
    title: (name) => m.attention_share_limit_reached({ name }),
    text: m.attention_share_limit_reached_text,
  },
  change_failed: {
    title: (name) => m.attention_change_failed({ name }),
    text: m.attention_change_failed_text,
    whyFirst: true,
  },
  job_dead: {
    title: (name) => m.attention_job_dead({ name: jobName(name) }),
    text: m.attention_job_dead_text,
  },
  access_drifted: {
    title: (name) => m.attention_access_drifted({ name }),
    text: m.attention_access_drifted_text,
  },
  removals_held: {
    title: () => m.attention_removals_held(),
    text: m.attention_removals_held_text,
  },
  purge_held: { title: () => m.attention_purge_held(), text: m.attention_purge_held_text },
  clock_doubted: {
    title: () => m.attention_clock_doubted(),
    text: m.attention_clock_doubted_text,
  },
  library_vanished: {
    title: (name) => m.attention_library_vanished({ name }),
    text: m.attention_library_vanished_text,
  },
}

/** Whom or what it is about. */
export const attentionName = ({ name }: Attention) => name ?? m.attention_somebody()

export function attentionWords(item: Attention) {
  const { title, text, whyFirst = false, settings = false } = WORDS[item.kind]
  return {
    title: title(attentionName(item)),
    text: (whyFirst && reasonText(item.reason)) || text(),
    settings,
  }
}
