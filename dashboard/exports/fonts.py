"""Typefaces of office documents: one for Latin letters, one for Chinese signs, named on every run, because a program that finds none takes
whatever its own template says."""

LATIN = "Arial"
# found on every Windows and in WPS; PingFang and Noto take its place elsewhere
EAST_ASIAN = "Microsoft YaHei"
