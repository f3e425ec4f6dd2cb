/** What the domains of one run share. */
export interface Run {
  /** How many domains the run is about: for many, one list may cost less than many questions. */
  readonly domains: number;
  /** Makes it once for each key and gives it to all who ask; what failed is made again. */
  once<T>(key: string, make: () => Promise<T>): Promise<T>;
}
