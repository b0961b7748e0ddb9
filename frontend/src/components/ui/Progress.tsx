interface ProgressProps {
  label: string
  /** How far, of `max`; left out while that is unknown. */
  value?: number
  max?: number
}

/** How far something has come. */
export function Progress({ label, value, max = 100 }: ProgressProps) {
  return <progress aria-label={label} value={value} max={max} className="bar" />
}
