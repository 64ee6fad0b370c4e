"""The demonstration: a sample subdistrict, from its office's spreadsheets to a published roster."""

from jimu.core.brick import Brick

BRICK = Brick(name="demo", commands="jimu.demo.cli.COMMANDS")
