import { Ellipsis, X } from 'lucide-react'
import { useCan } from '@/api/session'
import { IconButton } from '@/components/ui/IconButton'
import { Menu, MenuItem } from '@/components/ui/Menu'
import { number } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import { TASK_ORDER, TASKS, type Task } from './bulk-tasks'

// On the bar itself; the rest is in the menu beside them.
const AT_HAND: Task[] = ['libraries', 'expiry', 'tags', 'suspend', 'remove']

const ON_BAR =
  'inline-flex h-10 items-center gap-2 rounded-control px-2.5 text-sm font-medium hover:bg-surface/15 disabled:cursor-not-allowed disabled:opacity-50 touch:h-11'

interface BulkBarProps {
  count: number
  /** How many fit in all, when choosing all of them is offered. */
  total: number | null
  onEverybody: () => void
  onTask: (task: Task) => void
  onClear: () => void
}

/** What to do with the people that are ticked. On phones it takes the place of the bottom nav. */
export function BulkBar({ count, total, onEverybody, onTask, onClear }: BulkBarProps) {
  const can = useCan()
  const lacks = (task: Task) => {
    const { permission } = TASKS[task]
    return can(permission) ? undefined : m.problem_permission_denied({ permission })
  }
  return (
    <section
      aria-label={m.bulk_bar()}
      data-takes-foot
      className="fixed inset-x-3 bottom-3 z-30 flex flex-wrap items-center gap-1 rounded-card bg-fg px-3 py-2 text-surface shadow-3 sm:inset-x-auto sm:start-1/2 sm:w-max sm:max-w-[calc(100vw-1.5rem)] sm:-translate-x-1/2 lg:ms-30 lg:max-w-[calc(100vw-17rem)]"
    >
      <p role="status" className="num px-1 text-sm font-medium whitespace-nowrap">
        {m.bulk_selected({ count: number(count) })}
      </p>
      {total !== null && (
        <button type="button" onClick={onEverybody} className={`${ON_BAR} underline`}>
          {m.bulk_everybody({ count: number(total) })}
        </button>
      )}
      <span className="ms-auto flex items-center">
        {AT_HAND.map((task) => {
          const { icon: Icon, label } = TASKS[task]
          return (
            <button
              key={task}
              type="button"
              aria-haspopup="dialog"
              title={lacks(task)}
              disabled={lacks(task) !== undefined}
              onClick={() => onTask(task)}
              className={`${ON_BAR} max-md:hidden`}
            >
              <Icon aria-hidden className="size-4" />
              {label()}
            </button>
          )
        })}
        <Menu
          trigger={
            <IconButton
              icon={Ellipsis}
              label={m.bulk_actions()}
              className="text-surface hover:bg-surface/15 hover:text-surface data-popup-open:bg-surface/15 data-popup-open:text-surface"
            />
          }
        >
          {TASK_ORDER.map((task) => (
            <MenuItem
              key={task}
              icon={TASKS[task].icon}
              danger={task === 'remove'}
              disabled={lacks(task) !== undefined}
              hint={lacks(task)}
              onSelect={() => onTask(task)}
            >
              {TASKS[task].label()}
            </MenuItem>
          ))}
        </Menu>
        <IconButton
          icon={X}
          label={m.bulk_clear()}
          onClick={onClear}
          className="text-surface hover:bg-surface/15 hover:text-surface"
        />
      </span>
    </section>
  )
}
