// What can be done to many people at once: its name, its permission, and how it is asked of the API.
import {
  Ban,
  CalendarPlus,
  Download,
  Library,
  type LucideIcon,
  Play,
  ShieldCheck,
  ShieldUser,
  Tag,
  Trash2,
} from 'lucide-react'
import type { Permission } from '@/api/session'
import { m } from '@/paraglide/messages.js'
import type { BulkInput, Whom } from '../bulk-queries'
import { tagsOf } from './tags'

export type Task =
  | 'libraries'
  | 'expiry'
  | 'tags'
  | 'downloads'
  | 'purge'
  | 'bot'
  | 'suspend'
  | 'resume'
  | 'remove'

interface TaskWords {
  icon: LucideIcon
  label: () => string
  title: (inputs: { count: number }) => string
  permission: Permission
}

export const TASKS: Record<Task, TaskWords> = {
  libraries: {
    icon: Library,
    label: m.users_col_libraries,
    title: m.bulk_title_libraries,
    permission: 'users.edit',
  },
  expiry: {
    icon: CalendarPlus,
    label: m.users_col_expires,
    title: m.bulk_title_expiry,
    permission: 'users.edit',
  },
  tags: { icon: Tag, label: m.user_tags, title: m.bulk_title_tags, permission: 'users.edit' },
  downloads: {
    icon: Download,
    label: m.users_col_downloads,
    title: m.bulk_title_downloads,
    permission: 'users.edit',
  },
  purge: {
    icon: ShieldCheck,
    label: m.user_purge_whitelisted,
    title: m.bulk_title_purge,
    permission: 'users.edit',
  },
  bot: {
    icon: ShieldUser,
    label: m.user_bot_whitelisted,
    title: m.bulk_title_bot,
    permission: 'users.edit',
  },
  suspend: {
    icon: Ban,
    label: m.user_suspend,
    title: m.bulk_title_suspend,
    permission: 'users.edit',
  },
  resume: {
    icon: Play,
    label: m.user_resume,
    title: m.bulk_title_resume,
    permission: 'users.edit',
  },
  remove: {
    icon: Trash2,
    label: m.user_remove,
    title: m.bulk_title_remove,
    permission: 'users.remove',
  },
}

export const TASK_ORDER = Object.keys(TASKS) as Task[]

/** Everything that the terms of a task can say. */
export interface Terms {
  how: 'set' | 'add' | 'remove'
  allLibraries: boolean
  libraries: string[]
  ends: 'later' | 'date' | 'never'
  days: string
  day: string
  tags: string
  yes: boolean
  friendship: 'keep' | 'end'
}

export const FIRST_TERMS: Terms = {
  how: 'add',
  allLibraries: false,
  libraries: [],
  ends: 'later',
  days: '30',
  day: '',
  tags: '',
  yes: true,
  friendship: 'keep',
}

const MAX_DAYS = 3650

type Parts = Omit<BulkInput, 'ids' | 'filter'>

/** The task with its terms as the API takes it; what is missing, in words. */
export function ask(task: Task, terms: Terms, whom: Whom): BulkInput | string {
  const parts = partsOf(task, terms)
  return typeof parts === 'string' ? parts : { ...whom, ...parts }
}

function partsOf(task: Task, terms: Terms): Parts | string {
  switch (task) {
    case 'libraries': {
      if (terms.how === 'set' && terms.allLibraries)
        return { action: 'set_libraries', libraries: { mode: 'all' } }
      if (terms.libraries.length === 0) return m.invite_libraries_missing()
      return {
        action: `${terms.how}_libraries`,
        libraries: { mode: 'some', ids: terms.libraries },
      }
    }
    case 'expiry': {
      if (terms.ends === 'never') return { action: 'set_expiry', access_expires_at: null }
      if (terms.ends === 'date')
        return terms.day
          ? { action: 'set_expiry', access_expires_on: terms.day }
          : m.field_day_invalid()
      const days = Number(terms.days)
      return Number.isInteger(days) && days >= 1 && days <= MAX_DAYS
        ? { action: 'set_expiry', extend_days: days }
        : m.bulk_days_invalid()
    }
    case 'tags': {
      const tags = tagsOf(terms.tags)
      if (tags.length === 0) return m.bulk_tags_missing()
      return { action: terms.how === 'remove' ? 'remove_tags' : 'add_tags', tags }
    }
    case 'downloads':
      return { action: 'set_downloads', allow_downloads: terms.yes }
    case 'purge':
      return { action: 'set_purge_whitelisted', purge_whitelisted: terms.yes }
    case 'bot':
      return { action: 'set_bot_whitelisted', bot_whitelisted: terms.yes }
    case 'suspend':
    case 'resume':
      return { action: task }
    case 'remove':
      return { action: 'remove', friendship: terms.friendship }
  }
}
