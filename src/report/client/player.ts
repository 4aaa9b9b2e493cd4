/** Plays unseen trials as the families draw them: a canvas, a slider through all moments, play and pause, by pointer and by keyboard. */
import { type Colours, darkColours, lightColours, type Moment } from '../../envs/drawings/drawing.ts';
import { drawAgain } from '../../envs/drawings/recorded.ts';
import { familyOf } from '../../envs/registry.ts';
import { describeScene, renderScene } from '../../envs/render.ts';
import { type Axis, type Played, pictureHigh, pictureWide, type ReportData, type ReportFilm } from '../data.ts';
import { momentsOf, sceneAt } from '../scenes.ts';
import { decimalsFor, number, placeLabel } from '../text.ts';

interface Film {
  /** As the choice of trials names it. */
  readonly name: string;
  readonly axis: Axis;
  readonly task: Float32Array;
  readonly episodes: readonly (readonly Moment[])[];
  readonly returns: readonly number[];
  /** Given where each moment is a picture that was drawn before. */
  readonly recorded?: Pick<Required<ReportFilm>, 'calls' | 'pictures'>;
}

const shape = pictureHigh / pictureWide;
/** The colours of recorded pictures, which are light, in the dark. */
const inTheDark = new Map(Object.entries(lightColours).map(([part, colour]) => [colour, darkColours[part as keyof Colours]]));

/** `env.played` is given. The player makes its own canvas sharp and wide enough whenever the page changes its width or its colours. */
export function player({ env, panels }: ReportData): Player {
  return new Player(
    env.played as Played,
    panels.flatMap((panel) => filmsOf(panel, panels.length > 1, env.played as Played)),
  );
}

function filmsOf({ trials, axis, policies }: ReportData['panels'][number], several: boolean, { config, recorded }: Played): Film[] {
  const S = recorded ? 0 : familyOf(config.id).state(config).length;
  return trials.flatMap(({ film, returns }, n) => {
    if (film === undefined) return [];
    const { task, episodes, calls, pictures } = film;
    const name = `${several ? `${policies[0].name}, ` : ''}trial ${n + 1}`;
    return [
      {
        name,
        axis,
        task: Float32Array.from(task),
        episodes: momentsOf(episodes, S),
        returns,
        ...(calls && pictures && { recorded: { calls, pictures } }),
      },
    ];
  });
}

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
    const width = Math.min(available, pictureWide);
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

  #draw(): void {
    const { axis, returns, recorded, task, episodes } = this.#film;
    const moment = Number(this.#slider.value);
    const scene = sceneAt(this.#played.config, task, episodes, moment);
    const e = scene.past.length - 1;
    const colours = this.#dark.matches ? darkColours : lightColours;
    if (recorded === undefined) renderScene(this.#canvas, scene, { colours });
    else this.#drawAgain(recorded.calls, recorded.pictures[moment].drawn);
    const earned = scene.past[e].reduce((sum, { reward }) => sum + (reward ?? 0), 0);
    const text = (recorded?.pictures[moment].words ?? describeScene(scene))
      .replace(/^Episode \d+ of \d+, step (\d+): /, `${placeLabel(axis, e)}, step $1: `)
      .replace(/-(?=\d)/g, '−');
    this.#words.textContent = `${text} ${number(earned, decimalsFor(returns))} earned in this episode so far.`;
    this.#canvas.setAttribute('aria-label', text);
    this.#slider.setAttribute('aria-valuetext', `${placeLabel(axis, e)}, step ${scene.past[e].length - 1}`);
  }

  #drawAgain(calls: Required<ReportFilm>['calls'], drawn: readonly number[]): void {
    const context = this.#canvas.getContext('2d');
    if (context === null) return;
    const ratio = this.#canvas.width / pictureWide;
    drawAgain(
      context,
      drawn.map((call) => calls[call]),
      ratio,
      this.#dark.matches ? inTheDark : undefined,
    );
  }
}
