"""A tiny competition scenario, written for tests: two weeks, four nurses, two skills, three shifts."""

SCENARIO = """SCENARIO = n004w2

WEEKS = 2

SKILLS = 2
Head
Nurse

SHIFT_TYPES = 3
Early (2,5)
Late (2,3)
Night (1,4)

FORBIDDEN_SHIFT_TYPES_SUCCESSIONS
Early 0
Late 1 Early
Night 2 Early Late

CONTRACTS = 2
Full (8,11) (2,5) (2,3) 1 1
Half (3,6) (1,3) (2,4) 1 0

NURSES = 4
Ann Full 2 Head Nurse
Bo Full 2 Head Nurse
Cy Half 1 Nurse
Di Full 1 Nurse
"""

HISTORY = """HISTORY
0 n004w2

NURSE_HISTORY
Ann 0 0 Night 1 4 0
Bo 0 0 None 0 0 1
Cy 0 0 Late 2 3 0
Di 0 0 None 0 0 3
"""

WEEK = """WEEK_DATA
n004w2

REQUIREMENTS
Early Head (0,1) (0,0) (1,1) (0,0) (0,1) (0,0) (0,0)
Early Nurse (1,1) (1,1) (0,1) (1,1) (0,1) (0,1) (1,1)
Late Nurse (0,1) (1,1) (1,1) (0,1) (1,1) (1,1) (0,1)
Night Nurse (0,1) (0,1) (0,1) (0,1) (1,1) (0,1) (0,1)

SHIFT_OFF_REQUESTS = 3
Ann Any Tue
Cy Late Sat
Di Early Wed
"""

CURTOIS = """SECTION_HORIZON
7

SECTION_SHIFTS
D,480,
N,600,D

SECTION_STAFF
A,D=7|N=3,2880,960,4,1,1,1
B,D=7|N=3,2880,960,4,1,1,1

SECTION_DAYS_OFF
A,0

SECTION_SHIFT_ON_REQUESTS
A,2,D,3

SECTION_SHIFT_OFF_REQUESTS
B,1,N,2

SECTION_COVER
0,D,1,100,1
1,D,1,100,1
2,N,1,100,1
3,D,1,100,1
"""
