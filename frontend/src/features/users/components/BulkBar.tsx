import { Ellipsis } from 'lucide-react'
import { useCan } from '@/api/session'
import { ActionBar, ON_ACTION_BAR } from '@/components/ui/ActionBar'
import { IconButton } from '@/components/ui/IconButton'
import { Menu, MenuItem } from '@/components/ui/Menu'
import { number } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import { TASK_ORDER, TASKS, type Task } from './bulk-tasks'

// On the bar itself; the rest is in the menu beside them.
const AT_HAND: Task[] = ['libraries', 'expiry', 'tags', 'suspend', 'remove']

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
    <ActionBar
      label={m.bulk_bar()}
      count={m.bulk_selected({ count: number(count) })}
      more={
        total !== null && (
          <button type="button" onClick={onEverybody} className={`${ON_ACTION_BAR} underline`}>
            {m.bulk_everybody({ count: number(total) })}
          </button>
        )
      }
      onClear={onClear}
      clearLabel={m.bulk_clear()}
    >
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
            className={`${ON_ACTION_BAR} max-md:hidden`}
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
    </ActionBar>
  )
}
