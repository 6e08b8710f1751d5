#!/bin/sh
# Upstream's suite is in perl. This is what makefiles use: patterns, recursion with the job server, functions, include files that are
# made, conditionals, archives, -k, -n, -q, signals that remove half-made files, times in nanoseconds.
set -e
rm -rf /tmp/make
mkdir -p /tmp/make/sub /tmp/make/src
cd /tmp/make
for i in 1 2 3 4 5 6 7 8; do echo "text $i" >src/f$i.in; done
cat >Makefile <<'END'
SOURCES := $(sort $(wildcard src/*.in))
OBJECTS = $(patsubst src/%.in,out/%.o,$(SOURCES))
include made.mk
all: out/all.txt recursive
made.mk:
	@echo 'MADE = yes' >$@
out/all.txt: $(OBJECTS)
	cat $^ >$@
out/%.o: src/%.in | out
	@sed 's/text/object/' $< >$@
out:
	@mkdir -p $@
recursive: ; @$(MAKE) --no-print-directory -C sub NAME=$(firstword $(MADE)) all
.PHONY: all recursive fail clean show
fail: f1 f2 f3
f1 f3: ; @echo $@ >$@
f2: ; @exit 3
define block
first $(1)
second $(1)
endef
show:
	$(info $(call block,x))
	$(info $(foreach v,a b,<$(v)>) $(words 1 2 3) $(subst a,b,aXa) $(filter %.c,a.c b.o) $(shell echo hi) $(dir a/b) $(notdir a/b) $(if $(MADE),set))
	@:
ifeq ($(MADE),yes)
clean: ; rm -rf out made.mk f1 f3 sub/*.t
endif
slow.t:
	@echo half >$@; echo started; sleep 100
END
cat >sub/Makefile <<'END'
all: $(addsuffix .t,a b c d e f)
%.t: ; @echo $* $(NAME) >$@
END
make -j4 >log 2>&1 || { cat log; exit 1; }
[ "$(cat out/all.txt | wc -l)" = 8 ] && [ "$(head -n 1 out/all.txt)" = 'object 1' ]
[ "$(cat sub/f.t)" = 'f yes' ]
if grep -i warning log; then exit 1; fi
make -q out/all.txt
[ "$(make -n out/all.txt)" = "make: 'out/all.txt' is up to date." ]
touch src/f3.in
if make -q out/all.txt; then exit 1; fi
[ "$(make -s -n out/all.txt | wc -l)" = 2 ]
make -j8 -s out/all.txt
status=0
make -s -k -j2 fail 2>log || status=$?
[ $status = 2 ] && [ -f f1 ] && [ -f f3 ] && grep -qF 'f2] Error 3' log
[ "$(make -s show)" = 'first x
second x
<a> <b> 3 bXb a.c hi a/ b set' ]
make slow.t >log 2>&1 &
until [ -s slow.t ]; do :; done
kill -TERM $!
if wait $!; then exit 1; fi
[ ! -e slow.t ]
# A thousand targets, eight at a time: the job server neither loses a token nor makes one.
printf 'all: $(shell seq 1000)\n%%: ; @:\n' >many.mk
make -s -j8 -f many.mk
make -s clean && [ ! -e out ]
echo 'make: all right'
