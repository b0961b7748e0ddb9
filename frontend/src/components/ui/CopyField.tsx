import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { m } from '@/paraglide/messages.js'
import { Button } from './Button'
import { CONTROL } from './Input'

const THANKS_MS = 2000

/** Copies a text; false when the browser refuses (no https, no permission). */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}

/** A value to take elsewhere. Can also be selected by hand. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), THANKS_MS)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <div className="flex gap-2">
      <input
        readOnly
        aria-label={label}
        value={value}
        onFocus={(event) => event.currentTarget.select()}
        className={CONTROL}
      />
      <Button
        icon={copied ? Check : Copy}
        onClick={async () => setCopied(await copyText(value))}
        aria-live="polite"
      >
        {copied ? m.ui_copied() : m.ui_copy()}
      </Button>
    </div>
  )
}
