@ Made of week.c, which says how, by arm-none-eabi-gcc (15:12.2.rel1-1) 12.2.1.
	.cpu cortex-m4
	.arch armv7e-m
	.fpu fpv4-sp-d16
	.eabi_attribute 27, 1
	.eabi_attribute 28, 1
	.eabi_attribute 20, 1
	.eabi_attribute 21, 1
	.eabi_attribute 23, 3
	.eabi_attribute 24, 1
	.eabi_attribute 25, 1
	.eabi_attribute 26, 1
	.eabi_attribute 30, 2
	.eabi_attribute 34, 1
	.eabi_attribute 18, 4
	.file	"week.c"
	.text
	.align	1
	.p2align 2,,3
	.global	week_at
	.syntax unified
	.thumb
	.thumb_func
	.type	week_at, %function
week_at:
	@ args = 0, pretend = 0, frame = 8
	@ frame_needed = 0, uses_anonymous_args = 0
	push	{lr}
	ubfx	r3, r0, #8, #8
	sub	sp, sp, #12
	rsb	r3, r3, r3, lsl #4
	uxtb	r2, r0
	lsls	r3, r3, #2
	mov	ip, #1440
	str	r0, [sp, #4]
	mla	r3, ip, r2, r3
	ubfx	r0, r0, #16, #8
	add	r3, r3, r0
	cmp	r3, #540
	bge	.L2
	add	r2, r3, #8096
	rsb	r0, r3, #540
	adds	r2, r2, #4
.L3:
	movw	lr, #10080
	sub	r2, lr, r2
	cmp	r2, r0
	it	cs
	movcs	r2, r0
	mov	ip, r2
	movw	r2, #3419
	cmp	r3, r2
	it	le
	movle	r0, #-1
	ble	.L7
	subw	r0, r3, #3420
	cmp	r0, #480
	bcs	.L25
	rsb	r2, r0, #480
	cmp	r2, ip
	it	cs
	movcs	r2, ip
	movs	r0, #0
.L13:
	rsb	ip, r3, #6272
	add	ip, ip, #28
	cmp	r2, ip
	it	cs
	movcs	r2, ip
.L16:
	add	r3, r3, #1560
.L20:
	rsb	r3, r3, #10048
	adds	r3, r3, #32
.L21:
	cmp	r3, r2
	ldrb	ip, [sp, #7]	@ zero_extendqisi2
	it	cs
	movcs	r3, r2
	rsb	r3, r3, r3, lsl #4
	rsb	r3, ip, r3, lsl #2
	str	r3, [r1]
	add	sp, sp, #12
	@ sp needed
	ldr	pc, [sp], #4
.L2:
	sub	r2, r3, #540
	cmp	r2, #480
	bcs	.L26
	rsb	ip, r2, #480
	movs	r0, #0
.L7:
	rsb	r2, r3, #3408
	adds	r2, r2, #12
	cmp	ip, r2
	it	cs
	movcs	ip, r2
	b	.L10
.L25:
	sub	r0, lr, r0
	cmp	ip, r0
	movw	r2, #4859
	it	cs
	movcs	ip, r0
	cmp	r3, r2
	it	le
	movle	r0, #-1
	ble	.L10
	sub	r2, r3, #4832
	subs	r2, r2, #28
	cmp	r2, #480
	bcs	.L27
	rsb	r2, r2, #480
	cmp	r2, ip
	it	cs
	movcs	r2, ip
	movs	r0, #0
	b	.L16
.L26:
	movw	ip, #10080
	sub	r0, ip, r2
	cmp	r0, ip
	movw	r2, #1979
	it	cs
	movcs	r0, ip
	cmp	r3, r2
	ble	.L28
	subw	r2, r3, #1980
	cmp	r2, #480
	bcs	.L3
	rsb	ip, r2, #480
	cmp	ip, r0
	it	cs
	movcs	ip, r0
	movs	r0, #0
.L10:
	rsb	r2, r3, #4832
	adds	r2, r2, #28
	cmp	r2, ip
	it	cs
	movcs	r2, ip
	b	.L13
.L27:
	sub	r2, lr, r2
	cmp	r2, ip
	movw	r0, #6299
	it	cs
	movcs	r2, ip
	cmp	r3, r0
	it	le
	movle	r0, #-1
	ble	.L13
	sub	r0, r3, #6272
	subs	r0, r0, #28
	cmp	r0, #480
	bcs	.L29
	rsb	r0, r0, #480
	cmp	r2, r0
	it	cs
	movcs	r2, r0
	movs	r0, #0
	b	.L16
.L28:
	add	r2, r3, #8096
	adds	r2, r2, #4
	sub	ip, ip, r2
	cmp	ip, r0
	it	cs
	movcs	ip, r0
	mov	r0, #-1
	b	.L7
.L29:
	sub	lr, lr, r0
	cmp	r2, lr
	movw	r0, #8519
	it	cs
	movcs	r2, lr
	cmp	r3, r0
	it	le
	movle	r0, #-1
	ble	.L16
	sub	r3, r3, #8512
	subs	r3, r3, #8
	cmp	r3, #239
	bhi	.L30
	rsb	r3, r3, #240
	movs	r0, #1
	b	.L21
.L30:
	mov	r0, #-1
	b	.L20
	.size	week_at, .-week_at
