/** Things that only their place tells apart, with that place: what a list needs as their keys. */
export const placed = <T>(items: Iterable<T>): { item: T; place: number }[] => [...items].map((item, place) => ({ item, place }));
