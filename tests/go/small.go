// SPDX-License-Identifier: BSD-2-Clause
// Copyright (c) 2026 The pimg authors
//
// A small program for long runs: threads, a timer, a signal to itself, the
// collector and a pipe, in a few milliseconds.  Prints "ok" and its argument.
package main

import (
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"sync"
	"syscall"
	"time"
)

func main() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR1)
	r, w, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			runtime.LockOSThread()
			time.Sleep(time.Millisecond)
			fmt.Fprint(w, "x")
		}()
	}
	if err := syscall.Kill(os.Getpid(), syscall.SIGUSR1); err != nil {
		panic(err)
	}
	<-signals
	runtime.GC()
	wg.Wait()
	w.Close()
	data, err := io.ReadAll(r)
	if err != nil || string(data) != "xxxx" {
		panic(fmt.Sprint(string(data), err))
	}
	fmt.Println("ok", os.Args[1])
}
