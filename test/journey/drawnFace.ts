/** A face before a wall, as the front camera sees it; `hair` tells two people apart. */
export function drawnFace(hair: string): string {
  return `<svg viewBox="0 0 960 720" width="960" height="720" xmlns="http://www.w3.org/2000/svg">
    <rect width="960" height="720" fill="#cfd8dc"/>
    <path d="M250 720c0-130 100-180 230-180s230 50 230 180z" fill="#37566b"/>
    <ellipse cx="480" cy="350" rx="165" ry="205" fill="#e5b99a"/>
    <path d="M305 330c-20-190 70-250 175-250s195 60 175 250c-25-110-60-140-175-140s-150 30-175 140z" fill="${hair}"/>
    <ellipse cx="415" cy="335" rx="22" ry="13" fill="#fff"/><circle cx="415" cy="335" r="11" fill="#2b1d14"/>
    <ellipse cx="545" cy="335" rx="22" ry="13" fill="#fff"/><circle cx="545" cy="335" r="11" fill="#2b1d14"/>
    <path d="M385 300q30-16 60 0M515 300q30-16 60 0" stroke="${hair}" stroke-width="10" fill="none"/>
    <path d="M480 350l-18 70h36z" fill="#cf9d7d"/>
    <path d="M420 465q60 42 120 0" stroke="#94493c" stroke-width="13" fill="none"/>
  </svg>`;
}
