/** Plays unseen trials as the families draw them: a canvas, a slider through all moments, play and pause, by pointer and by keyboard. */
import { darkColours, lightColours, type Moment } from '../../envs/drawings/drawing.ts';
import { familyOf } from '../../envs/registry.ts';
import { describeScene, renderScene, type Scene } from '../../envs/render.ts';
import type { Axis, ReportData, ReportTrial } from '../data.ts';
import { decimalsFor, number, placeLabel } from '../text.ts';

interface Film {
  /** As the choice of trials names it. */
  readonly name: string;
  readonly axis: Axis;
  readonly task: Float32Array;
  readonly episodes: readonly (readonly Moment[])[];
  readonly returns: readonly number[];
}

const mostWide = 640; // px
const shape = 0.6; // height over width

/** `env.played` is given. The player makes its own canvas sharp and wide enough whenever the page changes its width or its colours. */
export function player({ env, panels }: ReportData): Player {
  return new Player(
    env.played as Played,
    panels.flatMap((panel) => filmsOf(panel, panels.length > 1, env.played as Played)),
  );
}

type Played = NonNullable<ReportData['env']['played']>;

function filmsOf({ trials, axis, policies }: ReportData['panels'][number], several: boolean, { config }: Played): Film[] {
  const S = familyOf(config.id).state(config).length;
  return trials.flatMap(({ film, returns }, n) => {
    if (film === undefined) return [];
    const name = `${several ? `${policies[0].name}, ` : ''}trial ${n + 1}`;
    return [{ name, axis, task: Float32Array.from(film.task), episodes: film.episodes.map((rows) => momentsOf(rows, S)), returns }];
  });
}

type Rows = NonNullable<ReportTrial['film']>['episodes'][number];

const momentsOf = (rows: Rows, S: number): Moment[] =>
  rows.map((row) => {
    const moved = row.length > S;
    return { state: row.slice(0, S), action: moved ? row.slice(S, -1) : null, reward: moved ? row[row.length - 1] : null };
  });

class Player {
  readonly element = document.createElement('div');
  readonly #played: Played;
  readonly #films: readonly Film[];
  readonly #canvas = document.createElement('canvas');
  readonly #button = document.createElement('button');
  readonly #slider = document.createElement('input');
  readonly #words = document.createElement('p');
  readonly #dark = matchMedia('(prefers-color-scheme: dark)');
  #film: Film;
  /** Seconds of the page's clock at which the moment that is shown began; null while paused. */
  #since: number | null = null;

  constructor(played: Played, films: readonly Film[]) {
    this.#played = played;
    this.#films = films;
    this.#film = films[0];
    this.element.className = 'player';
    this.element.tabIndex = 0;
    this.element.setAttribute('role', 'group');
    this.element.setAttribute('aria-label', 'Player of unseen trials');
    this.#canvas.setAttribute('role', 'img');
    this.#words.className = 'caption';
    const controls = document.createElement('div');
    controls.className = 'controls';
    this.#button.type = 'button';
    this.#slider.type = 'range';
    this.#slider.min = '0';
    this.#slider.setAttribute('aria-label', 'moment of the trial');
    controls.append(this.#button, this.#slider, ...(films.length > 1 ? [this.#choice()] : []));
    this.element.append(this.#canvas, controls, this.#words);
    this.#button.addEventListener('click', () => this.#toggle());
    this.#slider.addEventListener('input', () => this.#goTo(Number(this.#slider.value)));
    this.element.addEventListener('keydown', (event) => this.#key(event));
    this.#dark.addEventListener('change', () => this.#draw());
    this.#choose(0);
  }

  /** Fits the canvas into this many CSS pixels. */
  resize(available: number): void {
    const width = Math.min(available, mostWide);
    const ratio = window.devicePixelRatio || 1;
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(width * shape * ratio);
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${Math.round(width * shape)}px`;
    this.#draw();
  }

  /** Plays once on its own, as soon as it is seen, unless the reader wants less motion. */
  playWhenSeen(): void {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const seen = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        seen.disconnect();
        if (this.#since === null) this.#toggle();
      },
      { threshold: 0.6 },
    );
    seen.observe(this.#canvas);
  }

  #choice(): HTMLSelectElement {
    const select = document.createElement('select');
    select.setAttribute('aria-label', 'which trial');
    this.#films.forEach(({ name }, i) => {
      select.append(new Option(name, String(i)));
    });
    select.addEventListener('change', () => this.#choose(Number(select.value)));
    return select;
  }

  #choose(index: number): void {
    this.#film = this.#films[index];
    this.#slider.max = String(this.#film.episodes.reduce((sum, episode) => sum + episode.length, 0) - 1);
    this.#pause();
    this.#goTo(Number(this.#slider.max));
  }

  #goTo(moment: number): void {
    this.#slider.value = String(moment);
    if (this.#since !== null) this.#since = performance.now();
    this.#draw();
  }

  #toggle(): void {
    if (this.#since !== null) {
      this.#pause();
      return;
    }
    if (this.#slider.value === this.#slider.max) this.#slider.value = '0';
    this.#since = performance.now();
    this.#label('Pause');
    requestAnimationFrame((now) => this.#tick(now));
  }

  #pause(): void {
    this.#since = null;
    this.#label('Play');
  }

  #label(word: string): void {
    this.#button.textContent = word;
    // While it plays, a reader of the screen is not told of every moment.
    this.#words.setAttribute('aria-live', word === 'Play' ? 'polite' : 'off');
  }

  #tick(now: number): void {
    if (this.#since === null) return;
    const pace = 1000 * this.#played.pace;
    const moments = Math.max(0, Math.floor((now - this.#since) / pace));
    if (moments > 0) {
      // After a pause of the page (another tab) it goes on where it was.
      this.#since = moments > 10 ? now : this.#since + moments * pace;
      const next = Math.min(Number(this.#slider.max), Number(this.#slider.value) + Math.min(moments, 10));
      this.#slider.value = String(next);
      if (next === Number(this.#slider.max)) this.#pause();
      this.#draw();
    }
    if (this.#since !== null) requestAnimationFrame((later) => this.#tick(later));
  }

  #key(event: KeyboardEvent): void {
    const onSelf = event.target === this.element;
    const step: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
    if (event.key === ' ' && (onSelf || event.target === this.#slider)) this.#toggle();
    else if (onSelf && event.key in step) {
      const max = Number(this.#slider.max);
      this.#goTo(Math.min(max, Math.max(0, Number(this.#slider.value) + step[event.key])));
    } else return;
    event.preventDefault();
  }

  #scene(): { scene: Scene; e: number } {
    const { episodes, task } = this.#film;
    let t = Number(this.#slider.value);
    let e = 0;
    while (e < episodes.length - 1 && t >= episodes[e].length) t -= episodes[e++].length;
    const past = [...episodes.slice(0, e), episodes[e].slice(0, t + 1)];
    return { scene: { config: this.#played.config, task, state: episodes[e][t].state, observation: [], past }, e };
  }

  #draw(): void {
    const { axis, returns } = this.#film;
    const { scene, e } = this.#scene();
    const colours = this.#dark.matches ? darkColours : lightColours;
    renderScene(this.#canvas, scene, { colours });
    const earned = scene.past[e].reduce((sum, { reward }) => sum + (reward ?? 0), 0);
    const text = describeScene(scene)
      .replace(/^Episode \d+ of \d+, step (\d+): /, `${placeLabel(axis, e)}, step $1: `)
      .replace(/-(?=\d)/g, '−');
    this.#words.textContent = `${text} ${number(earned, decimalsFor(returns))} earned in this episode so far.`;
    this.#canvas.setAttribute('aria-label', text);
    this.#slider.setAttribute('aria-valuetext', `${placeLabel(axis, e)}, step ${scene.past[e].length - 1}`);
  }
}
