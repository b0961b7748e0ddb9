import { useNavigate } from '@tanstack/react-router'
import { clsx } from 'clsx'
import {
  Ban,
  Pencil,
  Play,
  Scale,
  ShieldBan,
  ShieldCheck,
  Trash2,
  Undo2,
  UserRound,
} from 'lucide-react'
import { type ReactElement, useState } from 'react'
import { useCan } from '@/api/session'
import { IconButton } from '@/components/ui/IconButton'
import { Menu, MenuItem, MenuSeparator } from '@/components/ui/Menu'
import { m } from '@/paraglide/messages.js'
import type { User } from '../queries'
import { useAct } from './act'
import { keepsAccess } from './words'

interface UserMenuProps {
  user: User
  /** A button; it gets the menu's attributes. */
  trigger: ReactElement
  startsOpen?: boolean
  /** On the profile itself there is no need to lead there. */
  onProfile?: boolean
}

/** Three dots as letters: in a long list an icon per row is dear, being painted on its own. */
function Dots({ className }: { className?: string }) {
  return (
    <span
      aria-hidden
      className={clsx(className, 'inline-grid place-content-center text-xs tracking-wide')}
    >
      •••
    </span>
  )
}

/** The menu of a row. In a long list it is made when it is asked for: a menu costs more than its row. */
export function RowMenu({ user }: { user: User }) {
  const [wanted, setWanted] = useState(false)
  const label = m.list_actions_for({ name: user.username })
  if (!wanted)
    return (
      <IconButton
        icon={Dots}
        label={label}
        aria-haspopup="menu"
        aria-expanded={false}
        onClick={() => setWanted(true)}
      />
    )
  return <UserMenu user={user} startsOpen trigger={<IconButton icon={Dots} label={label} />} />
}

/** Everything that can be done with one person. */
export function UserMenu({ user, trigger, startsOpen, onProfile }: UserMenuProps) {
  const can = useCan()
  const navigate = useNavigate()
  const params = { userId: user.id }
  return (
    <Menu trigger={trigger} startsOpen={startsOpen}>
      {!onProfile && (
        <MenuItem icon={UserRound} onSelect={() => void navigate({ to: '/users/$userId', params })}>
          {m.user_profile()}
        </MenuItem>
      )}
      {can('users.edit') && (
        <>
          <MenuItem
            icon={Pencil}
            onSelect={() => void navigate({ to: '/users/$userId/edit', params })}
          >
            {m.user_edit()}
          </MenuItem>
          <SettleItem user={user} />
          <AccessItem user={user} />
          <BlockItem user={user} />
        </>
      )}
      {can('users.remove') && (
        <>
          <MenuSeparator />
          <RemoveItem user={user} />
        </>
      )}
    </Menu>
  )
}

/** Whether a removal can still be taken back without a trace. */
const planned = (user: User) => user.pending_change?.state === 'planned'

/** Why nothing can be taken from somebody now; undefined when it can. */
function stays(user: User): string | undefined {
  return keepsAccess(user) ?? (planned(user) ? m.user_removal_planned() : undefined)
}

function SettleItem({ user }: { user: User }) {
  const act = useAct()
  if (!user.drift) return null
  return (
    <MenuItem icon={Scale} onSelect={() => act('settle', user)}>
      {m.drift_settle()}
    </MenuItem>
  )
}

function AccessItem({ user }: { user: User }) {
  const act = useAct()
  if (user.state === 'removed') return null
  if (user.state === 'suspended')
    return (
      <MenuItem icon={Play} disabled={planned(user)} onSelect={() => act('resume', user)}>
        {m.user_resume()}
      </MenuItem>
    )
  const reason = stays(user) ?? (user.state === 'pending' ? m.user_suspend_pending() : undefined)
  return (
    <MenuItem
      icon={Ban}
      disabled={reason !== undefined}
      hint={reason}
      onSelect={() => act('suspend', user)}
    >
      {m.user_suspend()}
    </MenuItem>
  )
}

function BlockItem({ user }: { user: User }) {
  const act = useAct()
  if (user.blocked)
    return (
      <MenuItem icon={ShieldCheck} onSelect={() => act('unblock', user)}>
        {m.user_unblock()}
      </MenuItem>
    )
  const reason = keepsAccess(user)
  return (
    <MenuItem
      icon={ShieldBan}
      disabled={reason !== undefined}
      hint={reason && m.user_needs_no_link()}
      onSelect={() => act('block', user)}
    >
      {m.user_block()}
    </MenuItem>
  )
}

function RemoveItem({ user }: { user: User }) {
  const act = useAct()
  if (planned(user))
    return (
      <MenuItem icon={Undo2} onSelect={() => act('restore', user)}>
        {m.user_undo_removal()}
      </MenuItem>
    )
  if (user.state === 'removed')
    return (
      <MenuItem
        icon={Undo2}
        disabled={user.blocked}
        hint={user.blocked ? m.user_restore_blocked() : undefined}
        onSelect={() => act('restore', user)}
      >
        {m.user_restore()}
      </MenuItem>
    )
  const reason = keepsAccess(user)
  return (
    <MenuItem
      icon={Trash2}
      danger
      disabled={reason !== undefined}
      hint={reason}
      onSelect={() => act('remove', user)}
    >
      {m.user_remove()}
    </MenuItem>
  )
}
