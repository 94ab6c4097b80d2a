/** A thing that can be made to go wrong in a simulated world. */
export interface DemoScenario {
  readonly name: string;
  /** One line for people. */
  readonly summary: string;
  /** What it can be about (a carrier, a phone); empty: nothing in particular. */
  readonly choices: readonly string[];
  /** What it is about now; empty: it is off. A scenario without choices is on as its own name. */
  readonly on: readonly string[];
}

/** The switches of a demo: only there when the world that is watched is simulated. */
export interface DemoControls {
  scenarios(): readonly DemoScenario[];
  /** Switches on; `choice` is null where there are none. Answers what is wrong with it, else null. */
  switchOn(name: string, choice: string | null): string | null;
  /** Ends all of that name; null: everything is well again. */
  switchOff(name: string | null): void;
}
