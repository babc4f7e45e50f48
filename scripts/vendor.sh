#!/usr/bin/env bash
# Fetches the vendored look anew into static/vendor/: style sheets, fonts that are used, and their licences.
set -euo pipefail
cd "$(dirname "$0")/.."
BOOTSTRAP=bootstrap@5.3.9
TOKENS=@gcds-core/tokens@1.5.0
WORLD=world-atlas@2.0.2
CODES=i18n-iso-countries@7.14.0
FONTS=@gcds-core/fonts@1.1.1

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

unpack() { # package
  local archive
  archive="$(cd "$work" && npm pack --silent "$1" | tail -1)"
  mkdir -p "$work/$archive.d"
  tar -xzf "$work/$archive" -C "$work/$archive.d" --strip-components=1
  echo "$work/$archive.d"
}

take() { # source, target: a style sheet loses its link to a source map, which is not vendored
  mkdir -p "$(dirname "static/vendor/$2")"
  if [[ "$1" == *.css ]]; then
    sed '/sourceMappingURL/d' "$1" >"static/vendor/$2"
  else
    cp "$1" "static/vendor/$2"
  fi
}

bootstrap="$(unpack "$BOOTSTRAP")"
take "$bootstrap/dist/css/bootstrap.min.css" bootstrap/bootstrap.min.css
take "$bootstrap/LICENSE" bootstrap/LICENSE

tokens="$(unpack "$TOKENS")"
take "$tokens/build/web/css/base.css" gcds-tokens/base.css
take "$tokens/build/web/css/global.css" gcds-tokens/global.css
take "$tokens/LICENSE" gcds-tokens/LICENSE

fonts="$(unpack "$FONTS")"
take "$fonts/fonts/lato/gcds-lato.woff2" gcds-fonts/gcds-lato.woff2
take "$fonts/fonts/lato/LICENSE.txt" gcds-fonts/LICENSE-lato.txt
for style in regular regular-italic semibold; do
  take "$fonts/fonts/noto-sans/gcds-noto-sans-$style.woff2" "gcds-fonts/gcds-noto-sans-$style.woff2"
done
take "$fonts/fonts/noto-sans/LICENSE.txt" gcds-fonts/LICENSE-noto-sans.txt

mkdir -p "$work/world"
mv "$(unpack "$WORLD")" "$work/world/world-atlas"
mv "$(unpack "$CODES")" "$work/world/i18n-iso-countries"
.venv/bin/python -m scripts.world_map "$work/world"

printf '%s\n' "$BOOTSTRAP" "$TOKENS" "$FONTS" >static/vendor/VERSIONS
