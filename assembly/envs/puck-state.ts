// Rows of the puck's state. The observation has them in this order, but places in sums of the radii, and the mallet's from the puck.
export const PX = 0;
export const PY = 1;
export const VX = 2;
export const VY = 3;
export const QX = 4; // mallet
export const QY = 5;
export const UX = 6;
export const UY = 7;
export const STRUCK = 8; // 1 once the mallet has touched the puck
export const ROWS = 9;
